// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/audit/panel_plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/base/utf8.h"
#include "src/io/file.h"

namespace hydrometer::audit {
namespace {

class Planner {
 public:
  explicit Planner(const PanelPaths& paths) : paths_(paths) {}

  absl::StatusOr<PanelPlan> Plan() {
    Add(paths_.suspect, Role::kSuspect, false);
    for (const std::string& reference : paths_.references) {
      Add(reference, Role::kReference, false);
    }
    if (!paths_.base.empty()) Add(paths_.base, Role::kBase, false);
    AddFolder(paths_.controls, Role::kControl);
    fine_tunes_ = true;
    AddFolder(paths_.fine_tunes, Role::kControl);
    fine_tunes_ = false;
    AddFolder(paths_.placebos, Role::kPlacebo);
    AddFolder(paths_.siblings, Role::kSibling);
    HYDROMETER_RETURN_IF_ERROR(usage_problem_);
    if (problems_.size() == 1) return problems_.front();
    if (!problems_.empty()) {
      return ListError(
          absl::StrCat(problems_.size(), " models cannot be used:"), problems_);
    }
    return std::move(plan_);
  }

 private:
  void AddFolder(const std::string& folder, Role role) {
    if (folder.empty()) return;
    auto directories = record::ModelDirectories(folder);
    if (!directories.ok()) {
      problems_.push_back(directories.status());
      return;
    }
    for (const std::string& directory : *directories) {
      Add(directory, role, paths_.skip_bad_controls);
    }
  }

  void Add(const std::string& directory, Role role, bool may_be_skipped) {
    auto subject = record::OpenSubject(directory);
    if (!subject.ok()) {
      if (may_be_skipped) {
        LeaveOut(directory, subject.status().message());
      } else {
        problems_.push_back(Annotate(
            subject.status(), absl::StrCat(RoleName(role), " ", directory)));
      }
      return;
    }
    Member& member = subject->member;
    member.role = role;
    if (Member* present = SameModel(*subject); present != nullptr) {
      AddCopy(directory, role, *present);
      return;
    }
    member.name = UniqueName(member.path, member.name);
    if (role == Role::kSibling) member.sibling_of = FirstOf(Role::kReference);
    if (fine_tunes_) member.fine_tuned_from = FirstOf(Role::kBase);
    plan_.subjects.push_back(*std::move(subject));
  }

  // The member that is the same model as `subject`, or nullptr.
  Member* SameModel(const record::Subject& subject) {
    for (record::Subject& other : plan_.subjects) {
      // The suspect may well be a copy of the reference: that is a finding. And
      // it may be declared a sibling, which the weighing has to know.
      if (other.member.role == Role::kSuspect &&
          (subject.member.role == Role::kReference ||
           subject.member.role == Role::kSibling)) {
        continue;
      }
      if (other.member.weights_sha256 == subject.member.weights_sha256 &&
          other.config_sha256 == subject.config_sha256) {
        return &other.member;
      }
    }
    return nullptr;
  }

  // A model that is in the panel already, as `present`.
  void AddCopy(const std::string& directory, Role role, Member& present) {
    const std::string reason = absl::StrCat(
        "the same model as the ", RoleName(present.role), " ", present.name);
    if (role == Role::kBase) {
      usage_problem_ = UsageError("--base ", directory, ": is ", reason,
                                  ", want the model that the suspect was "
                                  "fine-tuned from");
      return;
    }
    // What is declared of the copy holds of the member.
    if (fine_tunes_ && present.role == Role::kControl) {
      present.fine_tuned_from = FirstOf(Role::kBase);
    }
    LeaveOut(directory, reason);
  }

  void LeaveOut(absl::string_view directory, absl::string_view reason) {
    plan_.left_out.emplace_back(ReplaceInvalidUtf8(directory),
                                ReplaceInvalidUtf8(reason));
  }

  std::string FirstOf(Role role) const {
    for (const record::Subject& subject : plan_.subjects) {
      if (subject.member.role == role) return subject.member.name;
    }
    return "";
  }

  // The folder's name; with its parent's where another member has it.
  std::string UniqueName(const std::string& directory,
                         const std::string& name) const {
    auto taken = [this](const std::string& candidate) {
      return std::any_of(plan_.subjects.begin(), plan_.subjects.end(),
                         [&](const record::Subject& subject) {
                           return subject.member.name == candidate;
                         });
    };
    if (!taken(name)) return name;
    const std::string longer =
        io::JoinPath(io::BaseName(io::DirName(directory)), name);
    std::string candidate = longer;
    for (int i = 2; taken(candidate); ++i) {
      candidate = absl::StrCat(longer, "#", i);
    }
    return candidate;
  }

  const PanelPaths& paths_;
  PanelPlan plan_;
  std::vector<absl::Status> problems_;
  absl::Status usage_problem_;
  bool fine_tunes_ = false;
};

}  // namespace

absl::StatusOr<PanelPlan> PlanPanel(const PanelPaths& paths) {
  return Planner(paths).Plan();
}

}  // namespace hydrometer::audit
