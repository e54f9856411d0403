// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft train: a model and a text in, a run's folder out.
#include <memory>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/Signals.h"
#include "tools/weft/Trainer.h"
#include "tools/weft/Trust.h"
#include "tools/weft/Updater.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct TrainOptions {
  std::string model, data, valid, unit = "auto", config, out, device = "cpu", target = "cpu", dtype,
                                  progress = "auto", nan = "stop";
  int64_t steps = 0, seed = -1, threads = 0, keep = 0;
  double minutes = 0;
  bool resume = false, json = false;
  std::vector<Setting> settings;
};
} // namespace

static ReportStyle getStyle(const TrainOptions &options) {
  if (options.json)
    return ReportStyle::Json;
  static const std::map<std::string, ReportStyle> styles = {{"auto", ReportStyle::Automatic},
                                                            {"bar", ReportStyle::Bar},
                                                            {"plain", ReportStyle::Plain},
                                                            {"json", ReportStyle::Json},
                                                            {"none", ReportStyle::None}};
  return styles.at(options.progress);
}

/// The values of the run that is resumed come before those of the command line.
static Config configure(const ModelSource &source, const TrainOptions &options,
                        const RunFolder &folder) {
  if (options.resume && !options.config.empty())
    fail(ErrorCode::Usage,
         "--config and --resume exclude each other: a resumed run keeps its config");
  Config config =
      source.configure(options.resume ? folder.config() : options.config, options.settings);
  if (options.steps > 0)
    config.set("steps", std::to_string(options.steps), "--steps");
  if (options.keep > 0)
    config.set("keep", std::to_string(options.keep), "--keep");
  if (options.resume)
    for (const Field &field : config.all())
      if (!field.isTraining && !field.origin.starts_with(folder.path()))
        fail(ErrorCode::Usage,
             "{} belongs to the model, which a resumed run keeps; train into another --out DIR",
             field.name);
  if (options.resume)
    checkResumed(config, source.configure(folder.config(), {}));
  checkTraining(config);
  return config;
}

/// Token ids must fit into the model's table of embeddings.
static void fitVocabulary(Config &config, const models::Corpus &corpus) {
  int64_t size = corpus.vocabulary.size();
  if (!config.has("vocab"))
    return;
  if (config.isDefault("vocab"))
    config.set("vocab", std::to_string(size), "the text");
  else if (config.integer("vocab") < size)
    fail(ErrorCode::Usage,
         "vocab expects at least {}, the number of different tokens of the text, got {}", size,
         config.integer("vocab"));
}

/// Facts of this call; those of the run that is resumed must agree.
static RunFacts getFacts(const TrainOptions &options, const ModelSource &source,
                         const models::Corpus &corpus, const RunFolder &folder) {
  RunFacts facts = {source.name(),
                    options.data,
                    options.valid,
                    !corpus.vocabulary.isBytes(),
                    uint64_t(std::max<int64_t>(options.seed, 0)),
                    corpus.fingerprint};
  if (!options.resume)
    return facts;
  RunFacts old = folder.readFacts();
  if (old.model != facts.model)
    fail(ErrorCode::Usage, "{} is a run of {}, got {}", folder.path(), old.model, facts.model);
  if (old.fingerprint != facts.fingerprint || old.words != facts.words)
    fail(ErrorCode::File, "{}: the text is not the one that {} was trained on", options.data,
         folder.path());
  if (options.seed >= 0 && old.seed != facts.seed)
    fail(ErrorCode::Usage, "{} has seed {}, got --seed {}", folder.path(), old.seed, options.seed);
  facts.seed = old.seed;
  return facts;
}

static void compileInto(const RunFolder &folder, const ModelSource &source, const Config &config,
                        const TrainOptions &options, bool quiet) {
  nlohmann::json request = {{"target", options.target},
                            {"train", "step"},
                            {"gradients", {"step"}},
                            {"optimizer", config.text("optimizer")},
                            {"average", config.number("ema") > 0}};
  if (!options.dtype.empty())
    request["dtype"] = options.dtype;
  CompileProgress progress;
  if (!quiet)
    progress = [](const std::string &text) { fmt::print(stderr, "compile {}\n", text); };
  std::string artifact = compileText(source.trace(getTraced(config)), request, progress);
  trust(artifact);
  writeFile(folder.artifact(), artifact);
}

static int runTrain(TrainOptions &options) {
  listenForSaveRequests();
  ModelSource source = ModelSource::find(options.model);
  RunFolder folder(options.out.empty() ? "runs/" + source.name() : options.out);
  if (folder.exists() && !options.resume)
    fail(ErrorCode::Usage, "{} holds a run: --resume goes on with it, --out DIR starts another",
         folder.path());
  if (!folder.exists() && options.resume)
    fail(ErrorCode::Usage, "{} holds no run to resume", folder.path());
  Config config = configure(source, options, folder);
  static const std::map<std::string, models::Unit> units = {{"auto", models::Unit::Automatic},
                                                            {"bytes", models::Unit::Bytes},
                                                            {"words", models::Unit::Words}};
  models::Corpus corpus =
      take(models::readCorpus(options.data, options.valid, units.at(options.unit)));
  if (!options.resume)
    fitVocabulary(config, corpus);
  RunFacts facts = getFacts(options, source, corpus, folder);
  ReportStyle style = getStyle(options);
  bool quiet = style == ReportStyle::Json || style == ReportStyle::None;
  Device device = openDevice(options.device, options.threads);
  if (!quiet)
    fmt::print(stderr, "{}: {}\n{}seed {}, {} tokens to train on, {} held out\n", source.name(),
               source.summary(), config.print(), facts.seed, corpus.train.size(),
               corpus.valid.size());

  if (!options.resume) {
    folder.create();
    compileInto(folder, source, config, options, quiet);
    folder.writeVocabulary(corpus.vocabulary);
  }
  Session session{take(Module::load(folder.artifact(), device)), {}};
  static const std::map<std::string, NanPolicy> policies = {
      {"stop", NanPolicy::Stop}, {"skip", NanPolicy::Skip}, {"trace", NanPolicy::Trace}};
  Trainer trainer(session, config, corpus, folder, facts, policies.at(options.nan));
  writeFile(folder.config(), config.toToml());
  int64_t step = trainer.start(options.resume);
  // Last: with its facts the folder holds a run, which can be resumed and is not overwritten.
  if (!options.resume)
    folder.writeFacts(facts);
  if (!quiet && options.resume)
    fmt::print(stderr, "resume at step {}\n", step);
  return trainer.run(style, options.minutes);
}

Command driver::makeTrainCommand() {
  auto options = std::make_shared<TrainOptions>();
  return {
      "train",
      "Train a model on a text",
      {
          {"model", &options->model, "name of a model, or a .cpp file", true},
          {"--data", &options->data, "text file, or folder with train.txt and valid.txt", true},
          {"--valid", &options->valid,
           "held-out text file (default: the last twentieth of --data FILE)"},
          {"--unit",
           &options->unit,
           "what a token is; auto: bytes of a file, words of a folder",
           false,
           {"auto", "bytes", "words"}},
          {"--config", &options->config, "a config of the model, or a TOML file"},
          {"--steps", &options->steps, "updates; overrides the config's", false, {}, {{1, 1e12}}},
          {"--max-minutes",
           &options->minutes,
           "stop and save after so long",
           false,
           {},
           {{0, 1e6}}},
          {"--keep",
           &options->keep,
           "newest checkpoints that stay (default 2)",
           false,
           {},
           {{2, 1e6}}},
          {"--nan",
           &options->nan,
           "when numbers leave the finite ones: end the run, skip the step, or end and name the op",
           false,
           {"stop", "skip", "trace"}},
          {"--seed",
           &options->seed,
           "of weights, dropout and text positions (default 0)",
           false,
           {},
           {{0, 9e15}}},
          {"--out", &options->out, "folder of the run (default runs/MODEL)"},
          {"--resume", &options->resume, "go on from the newest checkpoint of --out"},
          {"--device", &options->device, "where functions run", false, {"cpu", "interpreter"}},
          {"--threads",
           &options->threads,
           "threads of the cpu (default: all processors)",
           false,
           {},
           {{1, 4096}}},
          {"--target", &options->target, "cpu (this machine's features), or cpu:avx2 and the like"},
          {"--dtype", &options->dtype, "element type of the whole graph", false, {"f32", "f64"}},
          {"--progress",
           &options->progress,
           "how progress is shown",
           false,
           {"auto", "bar", "plain", "json", "none"}},
          {"--json", &options->json, "one JSON object a step on the standard output"},
      },
      &options->settings,
      [options] { return runTrain(*options); }};
}
