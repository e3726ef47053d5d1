// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <sys/statvfs.h>
#include <sys/sysinfo.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "kernels/capabilities.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/cli/build_description.h"
#include "src/cli/commands.h"
#include "src/model/device.h"
#include "src/probe/probe_set.h"

namespace hydrometer::cli {
namespace {

constexpr double kGiB = 1 << 30;
// An audit of the shipped zoo writes about this much (measured).
constexpr double kLowDiskGiB = 2;

class Doctor {
 public:
  void Good(absl::string_view what, absl::string_view value) {
    absl::PrintF("ok       %-10s %s\n", what, value);
  }
  void Note(absl::string_view what, absl::string_view value) {
    absl::PrintF("note     %-10s %s\n", what, value);
  }
  void Missing(absl::string_view what, absl::string_view value,
               absl::string_view command) {
    absl::PrintF("MISSING  %-10s %s\n", what, value);
    absl::PrintF("         %-10s mend it with: %s\n", "", command);
    anything_missing_ = true;
  }
  bool anything_missing() const { return anything_missing_; }

 private:
  bool anything_missing_ = false;
};

void Processor(Doctor& doctor) {
  const kernels::Capabilities kernels = kernels::GetCapabilities();
  doctor.Good("CPU", absl::StrCat(model::UsableCoreCount(),
                                  " cores, kernels use ", kernels.cpu_target,
                                  " of ",
                                  absl::StrJoin(kernels.cpu_targets_usable,
                                                ", ")));
  doctor.Good("LibTorch", model::LibTorchVersion());
  const model::CudaState& cuda = model::FindCuda();
  if (!kernels.cuda_compiled) {
    doctor.Note("GPU",
                "built without CUDA: no toolkit (nvcc) was found; models run "
                "on the CPU");
  } else if (!cuda.usable) {
    doctor.Note("GPU", absl::StrCat("none used: ", cuda.problem));
  } else {
    doctor.Good("GPU", absl::StrCat(cuda.device_count, " usable; ",
                                    kernels.cuda_description));
  }
}

void MemoryAndDisk(Doctor& doctor) {
  struct sysinfo info;
  if (::sysinfo(&info) == 0) {
    doctor.Good("memory",
                absl::StrFormat("%.1f GiB, %.1f GiB free",
                                info.totalram * info.mem_unit / kGiB,
                                info.freeram * info.mem_unit / kGiB));
  }
  struct statvfs disk;
  if (::statvfs(".", &disk) != 0) return;
  const double free = static_cast<double>(disk.f_bavail) * disk.f_frsize / kGiB;
  const std::string text = absl::StrFormat("%.1f GiB free here", free);
  if (free < kLowDiskGiB) {
    doctor.Missing("disk", text, "another --store and -o, on a larger disk");
  } else {
    doctor.Good("disk", text);
  }
}

void Probes(Doctor& doctor) {
  const auto names = probe::ShippedProbeSets();
  if (!names.ok()) {
    doctor.Missing("probes", PrintableMessage(names.status()),
                   "export HYDROMETER_PROBES=FOLDER (probes/ of the sources)");
    return;
  }
  for (const std::string& name : *names) {
    const auto set = probe::LoadProbeSpec(name);
    if (!set.ok()) {
      doctor.Missing(Printable(name), PrintableMessage(set.status()),
                     "git checkout -- probes");
    } else if (!set->left_out_ids.empty()) {
      doctor.Missing(Printable(name),
                     absl::StrCat(set->left_out_ids.size(), " of ",
                                  set->probes.size() + set->left_out_ids.size(),
                                  " passages are not on this machine"),
                     "scripts/fetch_human.sh .cache/human");
    } else {
      doctor.Good(Printable(name), absl::StrCat(set->probes.size(), " probes"));
    }
  }
}

}  // namespace

absl::StatusOr<int> RunDoctor(const Arguments&) {
  Doctor doctor;
  doctor.Good("version", absl::StrCat(kVersion, ", ", BuildDescription()));
  Processor(doctor);
  MemoryAndDisk(doctor);
  Probes(doctor);
  if (doctor.anything_missing()) {
    absl::PrintF("\nSomething is missing; audits run without it, and say so.\n");
  }
  return kExitFinished;
}

}  // namespace hydrometer::cli
