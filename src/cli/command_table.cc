// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/commands.h"

namespace hydrometer::cli {
namespace {

const Option kHelp = {"--help", nullptr, "print this and exit", false, "-h"};
const Option kOutput = {"--output", "DIR",
                        "where the report goes (default: hydrometer-report)",
                        false, "-o"};
const Option kStore = {"--store", "DIR",
                       "where recordings are kept between audits (default: "
                       "recordings in the output directory)"};
const Option kDevice = {"--device", "auto|cpu|cuda[:N]",
                        "where models run (default: auto)"};
const Option kCompute = {"--compute", "fp32|bf16",
                         "arithmetic of the models (default: fp32; bf16 is "
                         "faster, and the report says so)"};
const Option kThreads = {"--threads", "N",
                         "threads to use (default: every core); the numbers "
                         "do not depend on it"};
const Option kProbes = {"--probes", "SPEC",
                        "a probe set's name, text:FILE, or a folder with a "
                        "card.json; may be repeated (default: every shipped "
                        "set)",
                        true};
const Option kPolicy = {"--policy", "FILE",
                        "thresholds instead of the default ones (see weigh "
                        "--print-policy)"};
const Option kFailOn = {"--fail-on", "LABEL,...",
                        "exit with 1 when the verdict is one of these"};
const Option kReference = {"--reference", "MODEL",
                           "the alleged teacher; may be repeated: each is "
                           "weighed on the same panel, the others being "
                           "placebos",
                           true};
const Option kControls = {"--controls", "DIR",
                          "models that were not trained on the reference's "
                          "outputs: the null of every statistic"};
const Option kPlacebos = {"--placebos", "DIR",
                          "further models as good as the reference and "
                          "unrelated to it, as its rivals"};
const Option kSiblings = {"--siblings", "DIR",
                          "models trained on the own data of the first "
                          "--reference, with another seed"};
const Option kBase = {"--base", "MODEL",
                      "the model that the suspect was fine-tuned from; joins "
                      "the panel as a control, never as a placebo"};
const Option kFineTunes = {"--fine-tunes", "DIR",
                           "other fine-tunes of --base, as further controls"};
const Option kReferenceText = {"--reference-text", "FILE",
                               "text that the reference was trained on: lets "
                               "the audit tell its students from models of "
                               "the same data"};
const Option kSkipBad = {"--skip-bad-controls", nullptr,
                         "leave out controls that cannot be used instead of "
                         "refusing; the report lists them"};

std::vector<Option> PanelOptions() {
  return {kReference, kControls,      kPlacebos, kSiblings, kBase,
          kFineTunes, kReferenceText, kProbes,   kSkipBad};
}

std::vector<Option> With(std::vector<Option> options,
                         const std::vector<Option>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

const std::vector<Command>& Table() {
  static const std::vector<Command>& table = *new std::vector<Command>{
      {"audit", "SUSPECT --reference MODEL... --controls DIR [options]",
       "was SUSPECT distilled from MODEL? The whole job in one command",
       "  hydrometer audit zoo/suspects/a_text100 \\\n"
       "      --reference zoo/references/ref_a --controls zoo/controls\n"
       "  hydrometer audit my-model --reference teacher --controls panel \\\n"
       "      --siblings same-data --store ~/recordings -o case-17 \\\n"
       "      --fail-on distilled,derived,identical\n",
       "SUSPECT and MODEL are directories in Hugging Face layout; DIR holds "
       "several.\nAn interrupted audit goes on where it stopped when the same "
       "command is given.\n\nExit codes: 0 finished; 1 the verdict is one of "
       "--fail-on; 2 usage;\n3 inconclusive; 4 input refused; 5 out of "
       "memory, disk or device; 70 a bug;\n130, 143 interrupted.\n",
       With(PanelOptions(), {kDevice, kCompute, kThreads, kOutput, kStore,
                             kPolicy, kFailOn, kHelp}),
       1, 1, RunAudit, /*resumable=*/true},
      {"record", "MODEL... --store DIR [options]",
       "run models on probe sets and keep their answers",
       "  hydrometer record zoo/controls/* --store recordings\n", "",
       {kProbes, kDevice, kCompute, kThreads, kStore, kHelp}, 1, -1,
       RunRecord, /*resumable=*/true},
      {"compare", "SUSPECT --reference MODEL... --controls DIR -o FILE",
       "recordings to observations: plain numbers per probe and pair",
       "  hydrometer compare zoo/suspects/a_text100 --reference "
       "zoo/references/ref_a \\\n      --controls zoo/controls --store "
       "recordings -o observations.safetensors\n",
       "Records what the store does not have yet.\n",
       With(PanelOptions(),
            {kDevice, kCompute, kThreads,
             {"--output", "FILE", "the observations", false, "-o"}, kStore,
             kPolicy, kHelp}),
       1, 1, RunCompare, /*resumable=*/true},
      {"weigh", "OBSERVATIONS [-o DIR] [--policy FILE]",
       "observations to evidence, verdict and report.json",
       "  hydrometer weigh observations.safetensors -o report\n"
       "  hydrometer weigh --print-policy > policy.json\n", "",
       {kOutput, kPolicy, kFailOn,
        {"--print-policy", nullptr, "print the default thresholds and exit"},
        kHelp},
       0, 1, RunWeigh},
      {"report", "REPORT.JSON [-o FILE]", "report.json to one HTML file",
       "  hydrometer report report/report.json -o report.html\n", "",
       {{"--output", "FILE", "the HTML (default: beside the JSON)", false,
         "-o"},
        kHelp},
       1, 1, RunReport},
      {"tokenize", "MODEL FILE|- [--jsonl] [--no-special]",
       "text to token ids and byte offsets, as JSON",
       "  echo -n 'Hello there' | hydrometer tokenize zoo/references/ref_a "
       "-\n",
       "MODEL is a model directory or a tokenizer.json.\n",
       {{"--jsonl", nullptr, "one {\"text\": ...} a line in, one answer a "
                             "line out"},
        {"--no-special", nullptr, "without the tokens that the "
                                  "post-processor adds"},
        kHelp},
       2, 2, RunTokenize},
      {"score", "MODEL FILE|- [options]",
       "log-probability of each token of a text, as JSON Lines",
       "  hydrometer score zoo/references/ref_a README.md | tail -1\n",
       "Natural logarithms. Text beyond the model's context is not scored, "
       "and the\nsummary says so. At most 4096 tokens are read.\n",
       {kDevice, kCompute, kThreads, kHelp}, 2, 2, RunScore},
      {"inspect", "MODEL", "what would be loaded, ignored and refused",
       "  hydrometer inspect zoo/references/ref_a\n", "", {kHelp}, 1, 1,
       RunInspect},
      {"probes", "list | show NAME | verify", "the probe sets",
       "  hydrometer probes list\n  hydrometer probes show prose\n",
       "verify compares the contents with the cards; passages of a recipe "
       "that differ on\nthis machine are left out and counted.\n",
       {kHelp}, 1, 2, RunProbes},
      {"doctor", "", "what this machine has, and what is missing",
       "  hydrometer doctor\n", "", {kHelp}, 0, 0, RunDoctor},
      {"version", "[--json]", "version, build and libraries",
       "  hydrometer version --json\n", "",
       {{"--json", nullptr, "as one JSON object"}, kHelp}, 0, 0, RunVersion},
  };
  return table;
}

}  // namespace

absl::Span<const Command> Commands() { return Table(); }

}  // namespace hydrometer::cli
