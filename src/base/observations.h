// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Observations: the plain numbers that a comparison leaves behind, and all
// that the weighing of evidence ever sees. Sums are kept per probe, so that
// any set of probes, and any bootstrap sample of them, can be added up later
// without running a model again.
//
// Words: p is the reference, q the suspect; l_X(v|i) the log-probability that
// model X gives token v at position i; natural logarithms, nats.
// M members, P probes, K weightings. All arrays are row-major float64.
//
// Tests: tests/base/observations_test.cc, tests/compare/*.
#ifndef HYDROMETER_SRC_BASE_OBSERVATIONS_H_
#define HYDROMETER_SRC_BASE_OBSERVATIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer {

enum class Role { kSuspect, kReference, kControl, kPlacebo, kSibling, kBase };

// "suspect", "reference", "control", "placebo", "sibling", "base".
absl::string_view RoleName(Role role);

// One model of the panel. A control that is as good as a reference serves as
// placebo reference too; that is decided in src/detect, not here. kPlacebo is
// a model given with --placebos: no control, only a rival of the reference.
struct Member {
  std::string name;           // unique in the panel: the folder's name
  Role role = Role::kControl;
  std::string sibling_of;     // kSibling: the reference's name
  // The member (kBase) that this one was fine-tuned from, where the user has
  // declared so: such controls are the null of a fine-tuned suspect. Empty:
  // none, or not declared.
  std::string fine_tuned_from;
  std::string weights_sha256;
  std::string tokenizer_sha256;
  std::string architecture;   // "llama", "qwen2"
  std::string path;           // as the user gave it
  std::string link_target;    // what it resolves to when it is a link
  int64_t parameter_count = 0;
  int64_t vocab_size = 0;
};

enum class Origin { kHuman, kModel, kGenerated };
absl::string_view OriginName(Origin origin);

struct ProbeSetSummary {
  std::string name;
  std::string version;
  std::string sha256;
  std::string licence;
  Origin origin = Origin::kHuman;
  // Counted as evidence or only shown. The primary pair (rho2, h) is read on
  // sets that are counted and of human origin.
  bool counted = false;
  int64_t probe_count = 0;        // used
  int64_t left_out_count = 0;     // e.g. passages that differ here
  int64_t cut_count = 0;          // longer than a context
};

struct ProbeSummary {
  int32_t set_index = 0;
  std::string id;
  int64_t position_count = 0;     // scored positions, same for all members
};

// Pair metrics, each a mean-able quantity summed over a probe's positions.
enum class PairMetric {
  kKlPq,          // KL(first || second)
  kKlQp,          // KL(second || first)
  kJs,            // <= ln 2
  kTotalVariation,
  kHellinger,
  kCosine,
  kTopOneAgreement,
  kTopKOverlap,   // share of the k = 10 best in common
};
inline constexpr int kPairMetricCount = 8;
absl::string_view PairMetricName(PairMetric metric);

// One Gram matrix: the weighting w_i(v) under which log-probabilities are
// centred and multiplied. G_XY = sum over positions of sum_v w (x_X)(x_Y).
struct Weighting {
  std::string name;                     // the member's name, or "controls"
  std::vector<int32_t> member_indices;  // w = mean of their probabilities
  bool without_top = false;  // the likeliest token under w left out
};

// Where the models stand on the text itself; member-wise.
struct TextExhibit {           // one position, for the reader's eye
  std::string reference;       // which reference it was chosen for
  std::string probe_set, probe_id;
  int64_t position_index = 0;
  double score_nats = 0;       // > 0 for, < 0 against; compare/exhibits.h
  // The text around it; "…" where the probe goes on before or after.
  std::string before, token, after;
  struct Answer {
    std::string member;        // "mean of the controls" for them together
    std::vector<std::pair<std::string, double>> top;  // token text, probability
    double token_probability = 0;  // of the token that really follows
  };
  std::vector<Answer> answers; // suspect, reference, mean of controls
};

// Weights of the suspect against those of one other member.
struct WeightComparison {
  std::string first, second;        // members' names; first is the suspect
  bool comparable = false;
  std::string reason;               // why not, e.g. "hidden_size 96 and 64"
  // Largest |difference| in units of half an 8-bit step of its group (see
  // compare/weight_match.h): <= 1 means "equal up to 8-bit storage". 0: equal.
  double largest_half_steps = 0;
  double relative_distance = 0;     // Frobenius, all tensors
  struct Layer {
    int32_t layer_index = 0;
    std::string matrix;             // e.g. "mlp.gate_proj + mlp.up_proj"
    int64_t unit_count = 0;
    double spearman = 0;
    double p_value = 1;
  };
  std::vector<Layer> layers;
};

struct Observations {
  std::vector<Member> members;            // M
  std::vector<ProbeSetSummary> sets;
  std::vector<ProbeSummary> probes;       // P
  std::vector<Weighting> weightings;      // K
  // "logits" or "whole words" (models of different vocabularies; what has no
  // meaning there, entropy_sum, pair_sum and the KL quantiles among it, is
  // empty, see compare/whole_word.h); which members were left out of this
  // view, and why.
  std::string view = "logits";
  // How the recordings were made: "cpu", "fp32", and the string that
  // addresses them ("cpu fp32 libtorch-2.11.0 ...").
  std::string device, compute, numerics;
  std::vector<std::pair<std::string, std::string>> left_out;

  std::vector<double> loss_sum;     // [P][M]  sum of -l_X(y_i)
  std::vector<double> entropy_sum;  // [P][M]
  std::vector<double> gram_sum;     // [K][P][M][M], symmetric
  // Metrics of all pairs first < second in members' order:
  // [P][M(M-1)/2][kPairMetricCount]; PairIndex gives the middle index.
  std::vector<double> pair_sum;
  // Loss of softmax(b l_X) on the sets of the primary pair, summed over all
  // their positions: [M][inverse_temperatures.size()].
  std::vector<double> inverse_temperatures;
  std::vector<double> tempered_loss_sum;
  // KL(reference || X) of single positions of the primary pair's sets,
  // quantiles per reference r (members with kReference, in order) and member:
  // [R][M] each; nats.
  std::vector<double> kl_median;
  std::vector<double> kl_quantile_999;
  // Loss on the reference's own training text (--reference-text), mean per
  // member, with the name of the file; empty without.
  std::vector<double> reference_text_loss;  // [M]
  std::string reference_text;

  std::vector<WeightComparison> weights;
  std::vector<TextExhibit> exhibits;

  // Largest KL(X || X') in nats seen between two runs of one model under this
  // numerics; what "below the numerics' own noise" means. 0: bits are equal.
  double numerics_noise_nats = 0;
  // Largest per-position KL(reference || suspect), per reference: [R].
  std::vector<double> largest_position_kl;

  int64_t member_count() const {
    return static_cast<int64_t>(members.size());
  }
  int64_t probe_count() const { return static_cast<int64_t>(probes.size()); }
  int64_t pair_count() const {
    return member_count() * (member_count() - 1) / 2;
  }
  // Index of the pair (a, b), a < b, in pair_sum.
  int64_t PairIndex(int64_t a, int64_t b) const {
    return a * (2 * member_count() - a - 1) / 2 + (b - a - 1);
  }
};

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_OBSERVATIONS_H_
