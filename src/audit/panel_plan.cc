// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/audit/panel_plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
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
    if (problems_.size() == 1) return problems_.front();
    if (!problems_.empty()) {
      std::vector<std::string> lines;
      for (const absl::Status& problem : problems_) {
        lines.emplace_back(problem.message());
      }
      return RefusedError(problems_.size(), " models cannot be used:\n  ",
                          absl::StrJoin(lines, "\n  "));
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
        plan_.left_out.emplace_back(directory, subject.status().message());
      } else {
        problems_.push_back(Annotate(
            subject.status(), absl::StrCat(RoleName(role), " ", directory)));
      }
      return;
    }
    Member& member = subject->member;
    member.role = role;
    for (const record::Subject& other : plan_.subjects) {
      // The suspect may well be a copy of the reference: that is a finding.
      if (role == Role::kReference && other.member.role == Role::kSuspect) {
        continue;
      }
      if (other.member.weights_sha256 == member.weights_sha256 &&
          other.config_sha256 == subject->config_sha256) {
        plan_.left_out.emplace_back(
            directory, absl::StrCat("the same model as the ",
                                    RoleName(other.member.role), " ",
                                    other.member.name));
        return;
      }
    }
    member.name = UniqueName(directory, member.name);
    if (role == Role::kSibling) {
      for (const record::Subject& other : plan_.subjects) {
        if (other.member.role == Role::kReference) {
          member.sibling_of = other.member.name;
          break;
        }
      }
    }
    if (fine_tunes_) {
      for (const record::Subject& other : plan_.subjects) {
        if (other.member.role == Role::kBase) {
          member.fine_tuned_from = other.member.name;
        }
      }
    }
    plan_.subjects.push_back(*std::move(subject));
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
  bool fine_tunes_ = false;
};

}  // namespace

absl::StatusOr<PanelPlan> PlanPanel(const PanelPaths& paths) {
  return Planner(paths).Plan();
}

}  // namespace hydrometer::audit
