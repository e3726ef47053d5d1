// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/build_description.h"

#include <openssl/crypto.h>

#include "absl/base/config.h"
#include "absl/strings/str_cat.h"
#include "kernels/capabilities.h"
#include "oniguruma.h"
#include "rapidjson/rapidjson.h"
#include "src/model/device.h"

namespace hydrometer::cli {

std::string BuildDescription() {
#ifdef NDEBUG
  constexpr char kMode[] = "optimised";
#else
  constexpr char kMode[] = "with assertions";
#endif
  return absl::StrCat(kMode, ", compiler ", __VERSION__,
                      kernels::GetCapabilities().cuda_compiled
                          ? ", with CUDA kernels"
                          : ", without CUDA");
}

std::vector<std::pair<std::string, std::string>> LibraryVersions() {
  return {{"LibTorch", model::LibTorchVersion()},
          {"Abseil", absl::StrCat(ABSL_LTS_RELEASE_VERSION)},
          {"Oniguruma", onig_version()},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION)},
          {"RapidJSON", RAPIDJSON_VERSION_STRING},
          {"kernels", absl::StrCat("CPU target ",
                                   kernels::GetCapabilities().cpu_target)}};
}

}  // namespace hydrometer::cli
