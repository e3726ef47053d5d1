// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

// Every row of the verdict table, every precondition.

#include "src/detect/verdict.h"

#include <string>

#include "gtest/gtest.h"

namespace hydrometer::detect {
namespace {

bool Accuses(Label label) {
  return label == Label::kIdentical || label == Label::kDerived ||
         label == Label::kDistilled || label == Label::kRelated;
}

// Clear of every threshold: distilled.
VerdictInput Clear() {
  VerdictInput in;
  in.suspect = "S";
  in.reference = "T";
  in.mean_kl = 0.5;
  in.largest_kl = 9;
  in.position_count = 10000;
  in.control_count = 14;
  in.placebo_count = 3;
  in.real_probe_count = 200;
  in.suspect_bracketed = in.reference_bracketed = true;
  in.z_rho2 = 9;
  in.rho2 = 0.4;
  in.rho = 0.5;
  in.h = 0.9;
  in.rivals = {{"P0", 0.1}, {"P1", 0.0}};
  return in;
}

Label LabelOf(const VerdictInput& in, const Policy& policy = Policy()) {
  return MakeVerdict(in, policy).label;
}

bool HasReason(const VerdictInput& in, Reason::Direction direction,
               const std::string& part) {
  for (const Reason& reason : MakeVerdict(in, Policy()).reasons) {
    if (reason.direction == direction &&
        reason.text.find(part) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(VerdictTest, Identical) {
  VerdictInput in = Clear();
  in.weights.equal = Answer::kYes;
  in.mean_kl = 1e-4;
  EXPECT_EQ(LabelOf(in), Label::kIdentical);
  // Needs no controls, and says what was not weighed without them.
  in.control_count = 3;
  EXPECT_EQ(LabelOf(in), Label::kIdentical);
  EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, "not weighed"));
}

TEST(VerdictTest, IdenticalByBytesAndByFunction) {
  VerdictInput in = Clear();
  in.same_bytes = true;
  in.mean_kl = 0;
  EXPECT_EQ(LabelOf(in), Label::kIdentical);
  in = Clear();
  in.mean_kl = 0;
  in.largest_kl = 0;
  EXPECT_EQ(LabelOf(in), Label::kIdentical);
  in.position_count = 10;  // too few to say so
  EXPECT_NE(LabelOf(in), Label::kIdentical);
}

TEST(VerdictTest, EqualWeightsThatOutputsContradict) {
  VerdictInput in = Clear();
  in.weights.equal = Answer::kYes;
  in.mean_kl = 0.5;
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  in.mean_kl.reset();
  in.h = 0;
  in.z_rho2 = 0;
  EXPECT_FALSE(Accuses(LabelOf(in)));
}

TEST(VerdictTest, NoiseThatIsAbsurdIsNotBelieved) {
  VerdictInput in = Clear();
  in.z_rho2 = 0;
  in.h = 0;
  in.mean_kl = 0.5;
  in.largest_kl = 3;
  in.numerics_noise_nats = 10;
  EXPECT_EQ(LabelOf(in), Label::kUnrelated);
}

TEST(VerdictTest, Derived) {
  VerdictInput in = Clear();
  in.control_count = 0;
  in.weights.descend = Answer::kYes;
  in.weights.corrected_p = 1e-20;
  EXPECT_EQ(LabelOf(in), Label::kDerived);
  EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, "not weighed"));
  // Fine-tuned from another member that the reference descends from, too.
  in.weights_nearer_to = "B";
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
}

TEST(VerdictTest, WeightsShareAnAncestorIsNotUnrelated) {
  VerdictInput in = Clear();
  in.z_rho2 = 0;
  in.h = 0;
  in.weights.descend = Answer::kYes;
  in.weights_nearer_to = "B";
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
}

TEST(VerdictTest, DistilledByShareAlone) {
  EXPECT_EQ(LabelOf(Clear()), Label::kDistilled);
  VerdictInput in = Clear();
  in.h = 0.75;
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
}

// h, rho2 and the z of a sibling that is kin of the reference.
SiblingValue Sibling(bool as_good, double h, double rho2) {
  return {"T2", as_good, h, rho2, /*z=*/6.0};
}

TEST(VerdictTest, DistilledBySiblings) {
  VerdictInput in = Clear();
  in.h = 0.5;
  in.siblings = {Sibling(true, 0.3, 0.2), Sibling(false, 0.4, 0.9)};
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.siblings[0].rho2 = 0.4;  // not exceeded in both
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in.siblings[0].rho2.reset();
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in.siblings = {Sibling(false, 0.3, 0.1)};  // none as good
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  // Not as good, and repeats more all the same.
  in.siblings = {Sibling(true, 0.3, 0.2), Sibling(false, 0.9, 0.9)};
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

// A stranger declared as sibling is exceeded by anybody.
TEST(VerdictTest, SiblingsThatAreNoKinExcludeNothing) {
  VerdictInput in = Clear();
  in.h = 0.5;
  in.siblings = {Sibling(true, 0.3, 0.2)};
  in.siblings[0].z = 2.9;
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, "excludes nothing"));
  in.siblings[0].z = 6;
  in.siblings[0].h = 0.2;
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

// At a high h too: what siblings could not confirm is at most related.
TEST(VerdictTest, SiblingsNotExceededBarDistilled) {
  VerdictInput in = Clear();
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.siblings = {Sibling(true, 0.3, 0.5)};
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in.siblings = {Sibling(true, 0.3, 0.2)};
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.siblings[0].h.reset();
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

TEST(VerdictTest, ASuspectThatIsASiblingIsNeverDistilled) {
  VerdictInput in = Clear();
  in.is_sibling = true;
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  EXPECT_TRUE(HasReason(in, Reason::Direction::kAgainst, "one of the siblings"));
}

TEST(VerdictTest, AControlAsHighBarsAccusation) {
  VerdictInput in = Clear();
  in.controls_as_high = {"C3"};
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  EXPECT_TRUE(HasReason(in, Reason::Direction::kAgainst, "C3"));
}

TEST(VerdictTest, DistilledByMembership) {
  VerdictInput in = Clear();
  in.h = 0.5;
  in.q = 0.70;
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.q = 0.71;
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in.q = 0.6;
  in.q_error = 0.04;
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.q_error = 0.06;  // within two errors of the threshold
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

TEST(VerdictTest, SameDataLikelyIsNeverDistilled) {
  VerdictInput in = Clear();
  in.siblings = {Sibling(true, 0.95, 0.1)};
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in = Clear();
  in.q = 0.8;
  EXPECT_EQ(LabelOf(in), Label::kRelated);
  in.siblings = {Sibling(true, 0.3, 0.1)};  // siblings say one, q the other
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

TEST(VerdictTest, Related) {
  for (const double h : {0.25, 0.5, 0.7499}) {
    VerdictInput in = Clear();
    in.h = h;
    EXPECT_EQ(LabelOf(in), Label::kRelated) << h;
  }
}

TEST(VerdictTest, EightOrNineControlsAreNeverBetterThanRelated) {
  for (const int controls : {8, 9}) {
    VerdictInput in = Clear();
    in.control_count = controls;
    EXPECT_EQ(LabelOf(in), Label::kRelated);
    EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, "never better"));
  }
  VerdictInput in = Clear();
  in.control_count = 10;
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
}

TEST(VerdictTest, Shared) {
  VerdictInput in = Clear();
  in.rivals[0].value = 0.5;  // as near
  EXPECT_EQ(LabelOf(in), Label::kShared);
  in.h.reset();
  EXPECT_EQ(LabelOf(in), Label::kShared);
  in = Clear();
  in.h = 0.2499;
  EXPECT_EQ(LabelOf(in), Label::kShared);
  in = Clear();
  in.other_references = {{"T2", 0.95}};
  EXPECT_EQ(LabelOf(in), Label::kShared);
  in.other_references = {{"T2", 0.4}};
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.other_references = {{"T2", std::nullopt}};  // not excluded as source
  EXPECT_EQ(LabelOf(in), Label::kRelated);
}

TEST(VerdictTest, Unrelated) {
  VerdictInput in = Clear();
  in.z_rho2 = 3;
  in.h = 0.2;
  const Verdict verdict = MakeVerdict(in, Policy());
  EXPECT_EQ(verdict.label, Label::kUnrelated);
  EXPECT_NE(verdict.power.find("50 %"), std::string::npos);
}

TEST(VerdictTest, InconclusiveBetween) {
  VerdictInput in = Clear();
  in.z_rho2 = 3.5;
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  in.z_rho2 = 4;  // not above
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  in.z_rho2 = 1;  // h high, z low
  const Verdict verdict = MakeVerdict(in, Policy());
  EXPECT_EQ(verdict.label, Label::kInconclusive);
  EXPECT_FALSE(verdict.power.empty());
  EXPECT_FALSE(verdict.would_settle.empty());
}

TEST(VerdictTest, EveryPreconditionMakesInconclusiveAndIsNamed) {
  struct Case {
    void (*spoil)(VerdictInput&);
    const char* named;
  };
  const Case cases[] = {
      {[](VerdictInput& in) { in.control_count = 7; }, "Too few controls"},
      {[](VerdictInput& in) { in.placebo_count = 1; }, "placebo"},
      {[](VerdictInput& in) { in.real_probe_count = 49; }, "real text"},
      {[](VerdictInput& in) { in.real_probe_count = 0; }, "real text"},
      {[](VerdictInput& in) { in.suspect_bracketed = false; }, "loss of S"},
      {[](VerdictInput& in) { in.reference_bracketed = false; }, "loss of T"},
  };
  for (const Case& c : cases) {
    for (const double z : {9.0, 0.0}) {
      VerdictInput in = Clear();
      in.z_rho2 = z;
      c.spoil(in);
      EXPECT_EQ(LabelOf(in), Label::kInconclusive) << c.named;
      EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, c.named))
          << c.named;
      EXPECT_FALSE(MakeVerdict(in, Policy()).would_settle.empty());
    }
  }
}

TEST(VerdictTest, MissingNumbersNeverAccuse) {
  void (*const spoils[])(VerdictInput&) = {
      [](VerdictInput& in) { in.z_rho2.reset(); },
      [](VerdictInput& in) { in.h.reset(); },
      [](VerdictInput& in) { in.rho.reset(); },
      [](VerdictInput& in) { in.rivals.clear(); },
      [](VerdictInput& in) { in.rivals[1].value.reset(); },
      [](VerdictInput& in) {
        in.has_base = true;  // whose h is unknown
      },
  };
  for (const auto& spoil : spoils) {
    VerdictInput in = Clear();
    spoil(in);
    EXPECT_FALSE(Accuses(LabelOf(in)));
    EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  }
  EXPECT_EQ(LabelOf(VerdictInput()), Label::kInconclusive);
}

TEST(VerdictTest, KnownBase) {
  VerdictInput in = Clear();
  in.has_base = true;
  in.base = "B";
  in.base_h = 0.0;
  EXPECT_EQ(LabelOf(in), Label::kRelated);  // no other fine-tunes
  EXPECT_TRUE(HasReason(in, Reason::Direction::kMissing, "fine-tunes of B"));
  in.fine_tune_count = 3;
  in.exceeds_fine_tunes = true;
  EXPECT_EQ(LabelOf(in), Label::kDistilled);
  in.exceeds_fine_tunes = false;
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  in.exceeds_fine_tunes = true;
  in.base_h = 0.8;  // the base has it already
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
}

TEST(VerdictTest, NearerThanOtherFineTunesIsNotUnrelated) {
  VerdictInput in = Clear();
  in.has_base = true;
  in.base_h = 0.0;
  in.fine_tune_count = 4;
  in.exceeds_fine_tunes = true;
  in.z_rho2 = 1;
  in.h = 0.05;
  in.z_fine_tunes = 6;
  EXPECT_EQ(LabelOf(in), Label::kInconclusive);
  in.z_fine_tunes = 0.5;
  EXPECT_EQ(LabelOf(in), Label::kUnrelated);
}

TEST(VerdictTest, EveryVerdictSpeaks) {
  for (const double z : {0.0, 3.5, 9.0}) {
    for (const double h : {0.0, 0.5, 0.9}) {
      VerdictInput in = Clear();
      in.z_rho2 = z;
      in.h = h;
      const Verdict verdict = MakeVerdict(in, Policy());
      EXPECT_FALSE(verdict.summary.empty());
      EXPECT_GE(verdict.reasons.size(), 3u);
      if (Accuses(verdict.label)) {
        EXPECT_TRUE(HasReason(in, Reason::Direction::kNote, "third teacher"));
      }
    }
  }
}

}  // namespace
}  // namespace hydrometer::detect
