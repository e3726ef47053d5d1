// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/logits_chunk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "kernels/head.h"
#include "kernels/panel_divergence.h"
#include "kernels/row_statistics.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"

namespace hydrometer::compare {
namespace {

kernels::DataType KernelType(io::DType dtype) {
  if (dtype == io::DType::kBF16) return kernels::DataType::kBFloat16;
  if (dtype == io::DType::kF16) return kernels::DataType::kFloat16;
  return kernels::DataType::kFloat32;
}

template <typename T>
absl::StatusOr<std::vector<T>> ToHost(const DeviceBuffer& buffer,
                                      int64_t count) {
  std::vector<T> host(count);
  HYDROMETER_RETURN_IF_ERROR(buffer.Download(host.data(), count * sizeof(T)));
  return host;
}

}  // namespace

absl::StatusOr<LogitsChunk> LogitsChunk::Make(const Panel& panel,
                                              const std::string& device,
                                              int64_t chunk_bytes) {
  LogitsChunk chunk;
  chunk.panel_ = &panel;
  chunk.device_ = device;
  const int64_t member_count = panel.members().size();
  const int64_t row_bytes = member_count * panel.vocab_size() * 4;
  int64_t longest = 1;
  for (const PanelProbe& probe : panel.probes()) {
    longest = std::max(longest, probe.row_count());
  }
  chunk.max_rows_ =
      std::clamp<int64_t>(chunk_bytes / row_bytes, 1, longest);
  HYDROMETER_RETURN_IF_ERROR(
      chunk.logits_.Reserve(device, chunk.max_rows_ * row_bytes));
  HYDROMETER_RETURN_IF_ERROR(
      chunk.lse_.Reserve(device, chunk.max_rows_ * member_count * 8));
  for (const MemberRecordings& member : panel.members()) {
    const io::TensorView* weight = member.head.Find("weight");
    const io::TensorView* bias = member.head.Find("bias");
    if (weight == nullptr || weight->shape.size() != 2 ||
        weight->shape[0] < panel.vocab_size()) {
      return RefusedError("head of ", member.member.name,
                          ": tensor \"weight\" is missing or too small");
    }
    HYDROMETER_ASSIGN_OR_RETURN(
        DeviceBuffer head,
        DeviceBuffer::Upload(device, weight->data, weight->byte_count));
    chunk.heads_.push_back(std::move(head));
    DeviceBuffer bias_buffer;
    if (bias != nullptr) {
      HYDROMETER_ASSIGN_OR_RETURN(
          bias_buffer,
          DeviceBuffer::Upload(device, bias->data, bias->byte_count));
    }
    chunk.biases_.push_back(std::move(bias_buffer));
  }
  return chunk;
}

absl::Status LogitsChunk::Load(const PanelProbe& probe, int64_t first_row,
                               int64_t row_count,
                               absl::Span<const int32_t> member_indices) {
  std::vector<int32_t> all;
  if (member_indices.empty()) {
    all.resize(panel_->members().size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int32_t>(i);
    member_indices = all;
  }
  row_count_ = row_count;
  member_count_ = static_cast<int64_t>(member_indices.size());
  const int64_t vocab = panel_->vocab_size();
  const int64_t token = kFirstScoredRow + first_row;
  absl::Span<const int32_t> ids = panel_->ids(probe);
  next_ids_.assign(ids.begin() + token + 1,
                   ids.begin() + token + 1 + row_count);
  for (int64_t slot = 0; slot < member_count_; ++slot) {
    const MemberRecordings& member =
        panel_->members()[member_indices[slot]];
    const record::Recording& recording = member.recordings[probe.set_index];
    const io::TensorView& weight = *member.head.Find("weight");
    const int64_t hidden_size = recording.header().hidden_size;
    const float* hidden =
        recording.hidden(probe.probe_in_set) + token * hidden_size;
    HYDROMETER_ASSIGN_OR_RETURN(
        DeviceBuffer rows,
        DeviceBuffer::Upload(device_, hidden, row_count * hidden_size * 4));
    kernels::Head head;
    head.device = KernelDevice(device_);
    head.hidden = rows.data();
    head.hidden_stride = head.hidden_size = hidden_size;
    head.row_count = row_count;
    head.weight = heads_[member_indices[slot]].data();
    head.weight_type = KernelType(weight.dtype);
    head.weight_stride = hidden_size;
    head.vocab_count = vocab;
    head.bias = biases_[member_indices[slot]].As<float>();
    head.logits = logits_.As<float>() + slot * row_count * vocab;
    head.logits_stride = vocab;
    head.lse_nats = lse_.As<double>() + slot * row_count;
    HYDROMETER_ASSIGN_OR_RETURN(size_t bytes, kernels::HeadWorkspaceBytes(head));
    HYDROMETER_RETURN_IF_ERROR(workspace_.Reserve(device_, bytes));
    HYDROMETER_RETURN_IF_ERROR(kernels::ComputeHead(
        head, {workspace_.data(), workspace_.bytes()}));
  }
  return absl::OkStatus();
}

kernels::Rows LogitsChunk::AllRows(float temperature) const {
  kernels::Rows rows;
  rows.data = logits_.data();
  rows.device = KernelDevice(device_);
  rows.row_count = member_count_ * row_count_;
  rows.vocab_count = rows.row_stride = panel_->vocab_size();
  rows.transform.temperature = temperature;
  return rows;
}

std::vector<kernels::Rows> LogitsChunk::MemberRows() const {
  std::vector<kernels::Rows> members(member_count_, AllRows(1));
  for (int64_t m = 0; m < member_count_; ++m) {
    members[m].row_count = row_count_;
    members[m].data =
        logits_.As<float>() + m * row_count_ * panel_->vocab_size();
  }
  return members;
}

template <typename T>
absl::StatusOr<DeviceBuffer> LogitsChunk::Result(int64_t count) {
  return DeviceBuffer::Allocate(device_, count * sizeof(T));
}

absl::StatusOr<std::vector<double>> LogitsChunk::TokenLogProbs(
    float temperature) {
  const kernels::Rows rows = AllRows(temperature);
  std::vector<int32_t> ids;
  for (int64_t m = 0; m < member_count_; ++m) {
    ids.insert(ids.end(), next_ids_.begin(), next_ids_.end());
  }
  HYDROMETER_ASSIGN_OR_RETURN(
      DeviceBuffer id_buffer,
      DeviceBuffer::Upload(device_, ids.data(), ids.size() * 4));
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer log_prob,
                              Result<double>(rows.row_count));
  kernels::RowStatisticsRequest request;
  request.token_id = id_buffer.As<int32_t>();
  kernels::RowStatistics out;
  out.token_log_prob = log_prob.As<double>();
  HYDROMETER_ASSIGN_OR_RETURN(
      size_t bytes, kernels::RowStatisticsWorkspaceBytes(rows, request, out));
  HYDROMETER_RETURN_IF_ERROR(workspace_.Reserve(device_, bytes));
  HYDROMETER_RETURN_IF_ERROR(kernels::ComputeRowStatistics(
      rows, request, out, {workspace_.data(), workspace_.bytes()}));
  return ToHost<double>(log_prob, rows.row_count);
}

absl::StatusOr<LogitsChunk::Statistics> LogitsChunk::RowStatistics(int k) {
  const kernels::Rows rows = AllRows(1);
  const int64_t n = rows.row_count;
  std::vector<int32_t> ids;
  for (int64_t m = 0; m < member_count_; ++m) {
    ids.insert(ids.end(), next_ids_.begin(), next_ids_.end());
  }
  HYDROMETER_ASSIGN_OR_RETURN(
      DeviceBuffer id_buffer,
      DeviceBuffer::Upload(device_, ids.data(), ids.size() * 4));
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer log_prob, Result<double>(n));
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer entropy, Result<double>(n));
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer top_ids, Result<int32_t>(n * k));
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer top_logs, Result<double>(n * k));
  kernels::RowStatisticsRequest request;
  request.token_id = id_buffer.As<int32_t>();
  request.k = k;
  kernels::RowStatistics out;
  out.token_log_prob = log_prob.As<double>();
  out.entropy_nats = entropy.As<double>();
  out.topk_id = top_ids.As<int32_t>();
  out.topk_log_prob = top_logs.As<double>();
  HYDROMETER_ASSIGN_OR_RETURN(
      size_t bytes, kernels::RowStatisticsWorkspaceBytes(rows, request, out));
  HYDROMETER_RETURN_IF_ERROR(workspace_.Reserve(device_, bytes));
  HYDROMETER_RETURN_IF_ERROR(kernels::ComputeRowStatistics(
      rows, request, out, {workspace_.data(), workspace_.bytes()}));
  Statistics statistics;
  HYDROMETER_ASSIGN_OR_RETURN(statistics.token_log_prob,
                              ToHost<double>(log_prob, n));
  HYDROMETER_ASSIGN_OR_RETURN(statistics.entropy, ToHost<double>(entropy, n));
  HYDROMETER_ASSIGN_OR_RETURN(statistics.top_ids,
                              ToHost<int32_t>(top_ids, n * k));
  HYDROMETER_ASSIGN_OR_RETURN(statistics.top_log_probs,
                              ToHost<double>(top_logs, n * k));
  return statistics;
}

absl::StatusOr<LogitsChunk::Divergences> LogitsChunk::PairDivergences() {
  const std::vector<kernels::Rows> members = MemberRows();
  const int64_t pair_count = member_count_ * (member_count_ - 1) / 2;
  const int64_t n = row_count_ * pair_count;
  DeviceBuffer buffers[6];
  for (DeviceBuffer& buffer : buffers) {
    HYDROMETER_ASSIGN_OR_RETURN(buffer, Result<double>(std::max<int64_t>(n, 1)));
  }
  Divergences result;
  if (pair_count == 0) return result;
  kernels::PanelDivergences out;
  out.js_nats = buffers[0].As<double>();
  out.kl_xy_nats = buffers[1].As<double>();
  out.kl_yx_nats = buffers[2].As<double>();
  out.tv = buffers[3].As<double>();
  out.hellinger = buffers[4].As<double>();
  out.cosine = buffers[5].As<double>();
  HYDROMETER_ASSIGN_OR_RETURN(
      size_t bytes, kernels::PanelDivergenceWorkspaceBytes(
                        members, lse_.As<double>(), out));
  HYDROMETER_RETURN_IF_ERROR(workspace_.Reserve(device_, bytes));
  HYDROMETER_RETURN_IF_ERROR(kernels::ComputePanelDivergence(
      members, lse_.As<double>(), out,
      {workspace_.data(), workspace_.bytes()}));

  std::vector<double>* fields[6] = {
      &result.js,   &result.kl_pq,           &result.kl_qp,
      &result.total_variation, &result.hellinger, &result.cosine};
  for (int i = 0; i < 6; ++i) {
    HYDROMETER_ASSIGN_OR_RETURN(*fields[i], ToHost<double>(buffers[i], n));
  }
  return result;
}

absl::Status LogitsChunk::AddGrams(
    absl::Span<const kernels::WeightSpec> weights, double* gram) {
  const std::vector<kernels::Rows> members = MemberRows();
  const int64_t count = static_cast<int64_t>(weights.size()) * member_count_ *
                        member_count_;
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer sums, Result<double>(count));
  HYDROMETER_RETURN_IF_ERROR(sums.Clear());
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer counts,
                              Result<int64_t>(weights.size()));
  HYDROMETER_RETURN_IF_ERROR(counts.Clear());
  kernels::PanelGramRequest request;
  request.weights = weights;
  request.lse_nats = lse_.As<double>();
  HYDROMETER_ASSIGN_OR_RETURN(
      size_t bytes, kernels::PanelGramWorkspaceBytes(members, request));
  HYDROMETER_RETURN_IF_ERROR(workspace_.Reserve(device_, bytes));
  HYDROMETER_RETURN_IF_ERROR(kernels::AccumulatePanelGram(
      members, request, {sums.As<double>(), counts.As<int64_t>()},
      {workspace_.data(), workspace_.bytes()}));
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<double> host,
                              ToHost<double>(sums, count));
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<int64_t> counted,
                              ToHost<int64_t>(counts, weights.size()));
  for (int64_t position_count : counted) {
    if (position_count != row_count_) {
      return RefusedError("a member's logits are not finite at ",
                          row_count_ - position_count, " of ", row_count_,
                          " positions");
    }
  }
  for (int64_t i = 0; i < count; ++i) gram[i] += host[i];
  return absl::OkStatus();
}

}  // namespace hydrometer::compare
