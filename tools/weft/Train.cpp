// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft train: a model and a text in, a run's folder out.
#include <memory>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "models/common/Worlds.h"
#include "tools/weft/Commands.h"
#include "tools/weft/CompileStatus.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/DataSource.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/PlayTrainer.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Recompile.h"
#include "tools/weft/Signals.h"
#include "tools/weft/TraceFile.h"
#include "tools/weft/Trainer.h"
#include "tools/weft/Trust.h"
#include "tools/weft/Updater.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct TrainOptions {
  std::string model, data, task, valid, unit = "auto", config, out, target = "auto", dtype,
                                        progress = "auto", nan = "stop", dumpTo, trace;
  DeviceChoice device;
  int64_t steps = 0, seed = -1, keep = 0;
  double minutes = 0;
  bool resume = false, json = false;
  std::vector<Setting> settings;
};
} // namespace

static ReportStyle getStyle(const TrainOptions &options) {
  return options.json ? ReportStyle::Json : parseStyle(options.progress);
}

static Option grouped(Option option, const char *group) {
  option.group = group;
  return option;
}

/// The values of the run that is resumed come before those of the command line.
static Config configure(const ModelSource &source, const TrainOptions &options,
                        const RunFolder &folder, const Invocation &invocation) {
  Config config =
      source.configure(options.resume ? folder.config() : options.config, options.settings);
  // WEFT_STEPS and WEFT_KEEP are variables of the settings, too, and weaker than key=value.
  for (const Given &given : invocation.values)
    for (std::string key : {"steps", "keep"})
      if (given.name == "--" + key && given.origin == "command line") {
        for (const Setting &setting : options.settings)
          if (setting.key == key)
            fail(ErrorCode::Usage, "--{0} and {0}={1} exclude each other", key, setting.value);
        config.set(key, given.value, given.name);
      }
  if (options.resume)
    for (const Field &field : config.all())
      if (!field.isTraining && !field.origin.starts_with(folder.path()))
        fail(ErrorCode::Usage,
             "{} belongs to the model, which a resumed run keeps; train into another --out DIR",
             field.name);
  if (options.resume)
    checkResumed(config, source.configure(folder.config(), {}));
  checkTraining(config);
  if (std::string precision = config.text("precision");
      options.dtype == "f64" && precision != "f32")
    fail(ErrorCode::Usage,
         "precision={0} and --dtype f64 exclude each other: {0} rounds factors of f32", precision);
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
                    getUnit(corpus, options.unit),
                    uint64_t(std::max<int64_t>(options.seed, 0)),
                    corpus.fingerprint};
  if (!options.resume)
    return facts;
  RunFacts old = folder.readFacts();
  if (old.model != facts.model)
    fail(ErrorCode::Usage, "{} is a run of {}, got {}", folder.path(), old.model, facts.model);
  if (old.fingerprint != facts.fingerprint || old.unit != facts.unit)
    fail(ErrorCode::File, "{}: the text is not the one that {} was trained on", options.data,
         folder.path());
  if (options.seed >= 0 && old.seed != facts.seed)
    fail(ErrorCode::Usage, "{} has seed {}, got --seed {}", folder.path(), old.seed, options.seed);
  facts.seed = old.seed;
  return facts;
}

/// Before anything is compiled: whether the device can run code of the target.
static void checkTarget(const TrainOptions &options) {
  const std::string &name = options.device.name;
  bool isGpu = name == "sim" || name == "cuda";
  bool fits = options.target == "auto" || name == "interpreter" ||
              options.target.starts_with(isGpu ? "sm_" : "cpu");
  if (!fits)
    fail(ErrorCode::Usage, "--target={} and --device={} exclude each other: that device runs {}",
         options.target, name, isGpu ? "sm_80" : "cpu");
}

/// The functions to differentiate: a tape takes those of an agent apart.
static std::vector<std::string> listGradients(const TrainOptions &options) {
  if (models::isWorld(options.task))
    return {"step", "play", "judge"};
  return {"step"};
}

/// The artifact.
static std::string compile(const ModelSource &source, const Config &config,
                           const TrainOptions &options, const Device &device, ReportStyle style) {
  std::string target = options.target == "auto" ? getTarget(device) : options.target;
  nlohmann::json request = {{"target", target},
                            {"train", "step"},
                            {"gradients", listGradients(options)},
                            {"optimizer", config.text("optimizer")},
                            {"average", config.number("ema") > 0},
                            {"epsilonHat", config.text("epsilon_hat") == "true"},
                            {"precision", config.text("precision")}};
  if (!options.dtype.empty())
    request["dtype"] = options.dtype;
  if (!options.dumpTo.empty())
    request["dumpTo"] = options.dumpTo;
  CompileStatus status(style);
  std::string artifact = compileOnce(source.trace(getTraced(config)), request, status.progress());
  trust(artifact);
  return artifact;
}

/// What the flags were and where each came from, as comments above the settings.
static std::string printOrigins(const Invocation &invocation) {
  std::string text;
  std::istringstream lines("weft " WEFT_VERSION " train\n" + invocation.print());
  for (std::string line; std::getline(lines, line);)
    text += "# " + escape(line) + "\n";
  return text;
}

static int runTrain(TrainOptions &options, const Invocation &invocation) {
  if (options.data.empty() && options.task.empty())
    fail(ErrorCode::Usage, "weft train expects --data TEXT or --task NAME");
  if (!options.task.empty())
    options.data = "task:" + options.task;
  if (models::isWorld(options.task) && options.nan != "stop")
    fail(ErrorCode::Usage, "--nan {} belongs to training on a text, got --task {}", options.nan,
         options.task);
  checkTarget(options);
  listenForSaveRequests();
  ModelSource source = ModelSource::find(options.model);
  RunFolder folder(options.out.empty() ? "runs/" + source.name() : options.out);
  if (!options.resume)
    folder.requireFree();
  else if (!folder.exists())
    fail(ErrorCode::Usage, "{} holds no run to resume", folder.path());
  else
    folder.readFacts(); // before its other files are looked for: whether it is a run
  Config config = configure(source, options, folder, invocation);
  if (options.resume && options.unit == "auto")
    options.unit = models::getName(folder.readFacts().unit);
  bool isPlayed = models::isWorld(options.task);
  if (isPlayed)
    fitWorld(config, options.task);
  bool arePairs = !isPlayed && isParallel(options.data, options.unit);
  if (arePairs)
    options.unit = models::getName(models::Unit::Pairs);
  if (arePairs && !options.valid.empty())
    fail(ErrorCode::Usage, "--valid and parallel texts exclude each other: the folder has its own");
  models::Corpus corpus = isPlayed   ? describeWorld(options.task)
                          : arePairs ? readPairs(options.data, config)
                                     : readCorpus(options.data, options.valid, options.unit);
  if (!options.resume)
    fitVocabulary(config, corpus);
  RunFacts facts = getFacts(options, source, corpus, folder);
  ReportStyle style = getStyle(options);
  bool quiet = style == ReportStyle::Json || style == ReportStyle::None;
  Device device = openDevice(options.device);
  if (!quiet)
    fmt::print(stderr, "{}: {}\n{}{}seed {}, {}\n", source.name(), source.summary(),
               invocation.print(), config.print(), facts.seed,
               isPlayed ? "episodes of " + options.task
                        : fmt::format("{} tokens to train on, {} held out", corpus.train.ids.size(),
                                      corpus.valid.ids.size()));

  std::optional<NewRun> begun;
  if (!options.resume) {
    folder.requireWritable();
    // Before the folder is made: a signal or a crash while the model compiles leaves nothing.
    std::string artifact = compile(source, config, options, device, style);
    begun.emplace(folder); // looks again: somebody may have used the folder meanwhile
    writeFile(folder.artifact(), artifact);
    folder.writeVocabulary(corpus.vocabulary);
  }
  Artifact artifact = take(Artifact::read(folder.artifact()));
  if (options.resume)
    artifact = fitTo(artifact, device, /*allowNative=*/true);
  Session session{take(Module::load(artifact, device)), {}};
  auto train = [&](auto &trainer) {
    writeFile(folder.config(), printOrigins(invocation) + config.toToml());
    int64_t step = trainer.start(options.resume);
    // Last: with its facts the folder holds a run, which can be resumed and is not overwritten.
    if (begun)
      begun->keep(facts);
    if (!quiet && options.resume)
      fmt::print(stderr, "resume at step {}\n", step);
    std::optional<TraceFile> trace;
    if (!options.trace.empty())
      trace.emplace(options.trace).listen(session.module);
    int code = trainer.run(style, options.minutes);
    if (trace)
      trace->finish();
    return code;
  };
  if (isPlayed) {
    PlayTrainer trainer(session, config, options.task, folder, facts);
    return train(trainer);
  }
  static const std::map<std::string, NanPolicy> policies = {
      {"stop", NanPolicy::Stop}, {"skip", NanPolicy::Skip}, {"trace", NanPolicy::Trace}};
  Trainer trainer(session, config, corpus, folder, facts, policies.at(options.nan));
  return train(trainer);
}

Command driver::makeTrainCommand() {
  auto options = std::make_shared<TrainOptions>();
  std::vector<Option> list = {
      {.name = "model",
       .value = &options->model,
       .help = "name of a model, or a .cpp file",
       .required = true,
       .names = Names::Model},
      {.name = "--data",
       .value = &options->data,
       .help = "text file, or folder with train.txt and valid.txt, or with train.source and "
               "train.target; a folder of images; a sound, or a folder of them",
       .names = Names::FileOrFolder,
       .group = "text"},
      {.name = "--task",
       .value = &options->task,
       .help = "a task in place of a text: lines that are made, with what to answer, or a world in "
               "which the model acts",
       .choices = listAllTasks(),
       .excludes = {"--data", "--valid", "--unit"},
       .group = "text"},
      {.name = "--valid",
       .value = &options->valid,
       .help = "held-out data (default: the last twentieth of --data, where that has no parts)",
       .names = Names::FileOrFolder,
       .group = "text"},
      {.name = "--unit",
       .value = &options->unit,
       .help =
           "what tokens are; auto: bytes of a file, words of a folder, or what a resumed run has",
       .choices = listUnits(),
       .group = "text"},
      {.name = "--out",
       .value = &options->out,
       .help = "folder of the run (default runs/MODEL)",
       .names = Names::OutputFolder,
       .group = "run"},
      {.name = "--resume",
       .value = &options->resume,
       .help = "go on from the newest checkpoint of --out; the run keeps its config",
       .excludes = {"--config"},
       .group = "run"},
      {.name = "--config",
       .value = &options->config,
       .help = "a config of the model, or a TOML file",
       .names = Names::Config,
       .group = "run"},
      {.name = "--steps",
       .value = &options->steps,
       .help = "updates; overrides the config's",
       .range = {{1, 1e12}},
       .group = "run"},
      {.name = "--max-minutes",
       .value = &options->minutes,
       .help = "stop and save after so long",
       .range = {{0, 1e6}},
       .group = "run"},
      {.name = "--keep",
       .value = &options->keep,
       .help = "newest checkpoints that stay (default 2)",
       .range = {{2, 1e6}},
       .group = "run"},
      {.name = "--nan",
       .value = &options->nan,
       .help = "when numbers leave the finite ones: end the run, skip the step, or end and "
               "name the op",
       .choices = {"stop", "skip", "trace"},
       .group = "run"},
      {.name = "--seed",
       .value = &options->seed,
       .help = "of weights, dropout and text positions (default 0)",
       .range = {{0, 9e15}},
       .group = "run"},
      {.name = "--target",
       .value = &options->target,
       .help = "auto: what the device runs; cpu: this machine's features",
       .choices = {"auto", "cpu", "cpu:avx2", "cpu:avx512", "cpu:avx512bf16", "cpu:amx", "sm_80",
                   "sm_90a"},
       .group = "machine"},
      {.name = "--dtype",
       .value = &options->dtype,
       .help = "element type of the whole graph",
       .choices = {"f32", "f64"},
       .group = "machine"},
      {.name = "--dump-to",
       .value = &options->dumpTo,
       .help = "folder for the IR of every phase, options, times and replay.sh",
       .names = Names::OutputFolder,
       .excludes = {"--resume"},
       .group = "machine"},
      {.name = "--trace",
       .value = &options->trace,
       .help = "file for a profile of the kernels, for Perfetto or chrome://tracing",
       .names = Names::Output,
       .group = "output"},
      {.name = "--progress",
       .value = &options->progress,
       .help = "how progress is shown",
       .choices = {"auto", "bar", "plain", "json", "none"},
       .group = "output"},
      {.name = "--json",
       .value = &options->json,
       .help = "one JSON object a step on the standard output",
       .excludes = {"--progress"},
       .group = "output"},
  };
  for (Option &option : getDeviceOptions(options->device))
    list.push_back(grouped(std::move(option), "machine"));
  return {"train",
          "Train a model on a text",
          "Models",
          std::move(list),
          &options->settings,
          [options](const Invocation &invocation) { return runTrain(*options, invocation); }};
}
