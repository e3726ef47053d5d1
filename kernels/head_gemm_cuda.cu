// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include <cublasLt.h>
#include <cuda_runtime.h>

#include "kernels/head_gemm.h"

namespace hydrometer::kernels {
namespace {

cudaDataType_t CudaType(DataType type) {
  switch (type) {
    case DataType::kFloat32:
      return CUDA_R_32F;
    case DataType::kBFloat16:
      return CUDA_R_16BF;
    default:
      return CUDA_R_16F;
  }
}

// The largest power of two up to 256 that divides the address.
uint32_t AlignmentOf(const void* address) {
  const auto bits = reinterpret_cast<size_t>(address) | 256;
  return static_cast<uint32_t>(bits & (~bits + 1));
}

// cuBLASLt's descriptors of one product, in its column-major view: D [V, N] =
// weight^T [V, H] times hidden [H, N].
class Product {
 public:
  explicit Product(const HeadGemmArgs& a) {
    const cudaDataType_t type = CudaType(a.type);
    const cublasOperation_t transpose = CUBLAS_OP_T;
    const uint32_t no_split = CUBLASLT_REDUCTION_SCHEME_NONE;
    const uint32_t a_bytes = AlignmentOf(a.weight);
    const uint32_t b_bytes = AlignmentOf(a.hidden);
    const uint32_t d_bytes = AlignmentOf(a.logits);
    Try(cublasLtMatmulDescCreate(&operation, CUBLAS_COMPUTE_32F, CUDA_R_32F));
    Try(cublasLtMatmulDescSetAttribute(operation, CUBLASLT_MATMUL_DESC_TRANSA,
                                       &transpose, sizeof transpose));
    Try(cublasLtMatrixLayoutCreate(&weight, type, a.hidden_size, a.vocab_count,
                                   a.weight_stride));
    Try(cublasLtMatrixLayoutCreate(&hidden, type, a.hidden_size, a.row_count,
                                   a.hidden_stride));
    Try(cublasLtMatrixLayoutCreate(&logits, CUDA_R_32F, a.vocab_count,
                                   a.row_count, a.logits_stride));
    Try(cublasLtMatmulPreferenceCreate(&preference));
    Prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, a.workspace_bytes);
    Prefer(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, no_split);
    Prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, a_bytes);
    Prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, b_bytes);
    Prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, d_bytes);
    Prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, d_bytes);
  }
  ~Product() {
    if (preference != nullptr) cublasLtMatmulPreferenceDestroy(preference);
    for (cublasLtMatrixLayout_t layout : {weight, hidden, logits}) {
      if (layout != nullptr) cublasLtMatrixLayoutDestroy(layout);
    }
    if (operation != nullptr) cublasLtMatmulDescDestroy(operation);
  }
  Product(const Product&) = delete;

  cublasLtMatmulDesc_t operation = nullptr;
  cublasLtMatrixLayout_t weight = nullptr, hidden = nullptr, logits = nullptr;
  cublasLtMatmulPreference_t preference = nullptr;
  bool good = true;

 private:
  void Try(cublasStatus_t status) {
    good = good && status == CUBLAS_STATUS_SUCCESS;
  }
  template <class T>
  void Prefer(cublasLtMatmulPreferenceAttributes_t name, const T& value) {
    if (!good) return;
    Try(cublasLtMatmulPreferenceSetAttribute(preference, name, &value,
                                             sizeof value));
  }
};

// One handle for the process, made when first wanted and never destroyed.
cublasLtHandle_t Handle() {
  static cublasLtHandle_t handle = [] {
    cublasLtHandle_t made = nullptr;
    return cublasLtCreate(&made) == CUBLAS_STATUS_SUCCESS ? made : nullptr;
  }();
  return handle;
}

}  // namespace

int HeadGemm(const HeadGemmArgs& args, Stream stream) {
  cublasLtHandle_t handle = Handle();
  if (handle == nullptr) return cudaErrorInitializationError;
  const Product product(args);
  if (!product.good) return cudaErrorUnknown;
  cublasLtMatmulHeuristicResult_t choice = {};
  int found = 0;
  const cublasStatus_t asked = cublasLtMatmulAlgoGetHeuristic(
      handle, product.operation, product.weight, product.hidden, product.logits,
      product.logits, product.preference, 1, &choice, &found);
  if (asked == CUBLAS_STATUS_NOT_SUPPORTED || found == 0) {
    return cudaErrorNotSupported;
  }
  if (asked != CUBLAS_STATUS_SUCCESS) return cudaErrorUnknown;
  const float one = 1.0f, zero = 0.0f;
  const cublasStatus_t done = cublasLtMatmul(
      handle, product.operation, &one, args.weight, product.weight, args.hidden,
      product.hidden, &zero, args.logits, product.logits, args.logits,
      product.logits, &choice.algo, args.workspace, args.workspace_bytes,
      static_cast<cudaStream_t>(stream));
  return done == CUBLAS_STATUS_SUCCESS ? cudaSuccess : cudaErrorUnknown;
}

}  // namespace hydrometer::kernels
