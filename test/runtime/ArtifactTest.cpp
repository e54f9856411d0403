// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a reader says about files that are wrong, and what it makes of one that is right.
#include <functional>

#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

std::string getError(const std::vector<std::byte> &bytes) {
  Result<Artifact> artifact = Artifact::parse(bytes, "test.weft");
  if (artifact)
    return "";
  EXPECT_EQ(artifact.status().code(), ErrorCode::File);
  return artifact.status().message();
}

/// The error after `damage` and a new hash.
std::string getErrorOf(ArtifactBuilder builder,
                       const std::function<void(ArtifactBuilder &)> &damage) {
  damage(builder);
  return getError(builder.build());
}

std::string getErrorAfter(const std::function<void(std::vector<std::byte> &)> &damage) {
  std::vector<std::byte> bytes = makeRecurrence().build();
  damage(bytes);
  sealArtifact(bytes);
  return getError(bytes);
}

TEST(Artifact, ReadsWhatTheBuilderWrote) {
  ArtifactBuilder builder = makeBounded();
  builder.graph = std::string(100000, 'g');
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  EXPECT_EQ(artifact.manifest().model, "test");
  EXPECT_EQ(artifact.manifest().config.at("width"), "4");
  ASSERT_EQ(artifact.manifest().functions.size(), 2u);
  EXPECT_EQ(artifact.sections().size(), 5u);
  EXPECT_EQ(Artifact::getText(*artifact.findSection(WEFT_SECTION_IR_TEXT, "graph")), builder.graph);
  EXPECT_EQ(artifact.findSection(WEFT_SECTION_IR_TEXT, "differentiated"), nullptr);
  EXPECT_EQ(artifact.hash().size(), 32u);
}

TEST(Artifact, PrintsTheExecProgram) {
  Artifact artifact = take(Artifact::parse(makeRecurrence().build(), "test.weft"));
  EXPECT_EQ(artifact.printExec("recur"),
            "function recur arena 128\n"
            "  %x = argument, 5x4xf32, 80 bytes at the bounds\n"
            "  %h = argument, 4xf32, 16 bytes at the bounds\n"
            "  %out' = result, 5x4xf32, 80 bytes at the bounds\n"
            "  %last' = result, 4xf32, 16 bytes at the bounds\n"
            "  %4 = arena at 0, 4xf32, 16 bytes at the bounds\n"
            "  %5 = arena at 64, 4xf32, 16 bytes at the bounds\n"
            "  copy %h to %4\n"
            "  for i0 in 5 {\n"
            "    launch stepKernel(%4, %x[0 + 16 * i0], %out'[0 + 16 * i0], %5) tasks 1\n"
            "    copy %5 to %4\n"
            "  }\n"
            "  copy %4 to %last'\n");
}

TEST(Artifact, PrintsTheSizesOfALaunch) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  int64_t n = builder.addSymbol("n", 64, 8);
  builder.beginFunction("cut");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {Size(n, 0)});
  uint64_t y = builder.addResult("y", "output", DType::F32, {Size(n, 0)});
  builder.launch("prefixKernel", {x, y}, 2, {Size(n, 0), 7, Size(n, 1)});
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  EXPECT_TRUE(artifact.printExec("cut").ends_with(
      "  launch prefixKernel(%x, %y') tasks 2 sizes n, 7, n + 1\n"));
}

TEST(Artifact, ContainerErrorsSayWhereAndWhat) {
  using Bytes = std::vector<std::byte>;
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { bytes[0] = std::byte('X'); }),
            "test.weft: expects the magic of a .weft file at offset 0, got something else: is this "
            "an artifact?");
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { bytes[8] = std::byte(1); }),
            "test.weft: expects container version 2 at offset 8, got 1: compile the model again");
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { getSection(bytes, WEFT_SECTION_EXEC).type = 99; }),
            "test.weft: section 1 (unknown, entry at offset 128): is required, but this version "
            "does not know its "
            "type 99: use a newer weft");
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { getSection(bytes, WEFT_SECTION_EXEC).name[0] = '/'; }),
            "test.weft: section 1 (exec, entry at offset 128): expects a zero-terminated name of "
            "letters, digits, "
            "'-', '_' and '.' that does not start with '.'");
  EXPECT_NE(getErrorAfter([](Bytes &bytes) { getSection(bytes, WEFT_SECTION_EXEC).name[0] = '.'; }),
            "");
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { getSection(bytes, WEFT_SECTION_EXEC).flags |= 64; }),
            "test.weft: section 1 (exec, entry at offset 128): expects known flags, got 0x41");
  std::vector<std::byte> whole = makeRecurrence().build();
  uint64_t end = 4096 + getSection(whole, WEFT_SECTION_MANIFEST).storedLength;
  EXPECT_EQ(getErrorAfter([](Bytes &bytes) { getSection(bytes, WEFT_SECTION_EXEC).offset += 1; }),
            "test.weft: section 1 (exec, entry at offset 128): expects an offset of at least " +
                std::to_string(end) + " that is a multiple of 4096, got 8193");
}

TEST(Artifact, LengthsAtEveryEdgeAreRefused) {
  for (uint64_t length :
       {uint64_t(1) << 31, (uint64_t(1) << 32) - 1, uint64_t(1) << 63, ~uint64_t(0)}) {
    EXPECT_NE(getErrorAfter(
                  [&](auto &bytes) { getSection(bytes, WEFT_SECTION_EXEC).storedLength = length; }),
              "");
    EXPECT_NE(getErrorAfter(
                  [&](auto &bytes) { getSection(bytes, WEFT_SECTION_EXEC).rawLength = length; }),
              "");
    EXPECT_NE(getErrorAfter([&](auto &bytes) {
                getSection(bytes, WEFT_SECTION_EXEC).offset = length & ~4095ull;
              }),
              "");
  }
}

TEST(Artifact, ExpansionIsBoundedByTheTable) {
  ArtifactBuilder builder = makeRecurrence();
  builder.graph = std::string(1 << 20, 'g');
  for (uint64_t rawLength :
       {uint64_t(0), uint64_t(1) << 19, (uint64_t(1) << 20) + 1, uint64_t(1) << 40}) {
    std::vector<std::byte> bytes = builder.build();
    getSection(bytes, WEFT_SECTION_IR_TEXT).rawLength = rawLength;
    sealArtifact(bytes);
    EXPECT_NE(getError(bytes), "") << rawLength;
  }
}

struct Damage {
  const char *expected;
  std::function<void(ArtifactBuilder &)> apply;
};

TEST(Artifact, ExecErrorsSayWhereAndWhat) {
  const Damage damages[] = {
      {"function 0: op 2: expects a kernel in [0, 1), got 7",
       [](auto &b) { b.program.ops[2].a = 7; }},
      {"function 0: op 2: expects 4 arguments, got 3",
       [](auto &b) { b.program.ops[2].argCount = 3; }},
      {"function 0: op 0: expects a known opcode, got 9",
       [](auto &b) { b.program.ops[0].opcode = 9; }},
      {"function 0: op 2: expects a buffer in [0, 6), got 6",
       [](auto &b) { b.program.args[3].buffer = 6; }},
      {"function 0: op 2: expects a loop depth in [-1, 1), got 1",
       [](auto &b) { b.program.args[3].loop = 1; }},
      {"function 0: op 0: expects a loop depth in [-1, 0), got 0",
       [](auto &b) { b.program.args[0].loop = 0; }},
      {"function 0: op 2: expects offset and stride inside a buffer of 80 bytes, got 96 and 16",
       [](auto &b) { b.program.args[3].offset = 96; }},
      {"function 0: op 2: expects an outer loop of a depth in [-1, 0), got 0",
       [](auto &b) { b.program.args[3].outerLoop = 0; }},
      {"function 0: op 2: expects no stride without an outer loop, got 16",
       [](auto &b) { b.program.args[3].outerStride = 16; }},
      {"function 0: op 4: expects a counter that goes up, 0, or down, 1, or iterations at the same "
       "time, 2, got 3",
       [](auto &b) { b.program.ops[4].a = 3; }},
      {"function 0: op 4: expects buffer 4, which iterations write, to move 0 bytes with each, got "
       "0",
       [](auto &b) { b.program.ops[4].a = 2; }},
      {"function 0: op 4: expects For 1 and End 4 to name each other, got 1 and 3",
       [](auto &b) { b.program.ops[1].a = 3; }},
      {"function 0: op 1 expects a matching End, got the end of the function",
       [](auto &b) { b.program.ops[4] = b.program.ops[3]; }},
      {"function 0: op 1: expects a For before this End",
       [](auto &b) { b.program.ops[1] = b.program.ops[4]; }},
      {"function 0: buffer 5: expects bytes inside the arena of 128 bytes, got [128, +16)",
       [](auto &b) { b.program.buffers[5].offset = 128; }},
      {"function 0: buffer 5: expects an offset that is a multiple of 64, got 16",
       [](auto &b) { b.program.buffers[5].offset = 16; }},
      {"function 0: buffer 0: expects at least 80 bytes for 5x4xf32, got 79",
       [](auto &b) { b.program.buffers[0].boundBytes = 79; }},
      {"function 0: buffer 0: expects a known element type, got 0",
       [](auto &b) { b.program.buffers[0].dtype = 0; }},
      {"function 0: buffer 4: expects kind 3, got 1",
       [](auto &b) { b.program.buffers[4].kind = 1; }},
      {"function 0: op 0: expects to copy to an arena or result buffer",
       [](auto &b) { b.program.args[0].buffer = 0; }},
      {"function 0: expects buffers inside the table of 6, got [0, +7)",
       [](auto &b) { b.program.functions[0].bufferCount = 7; }},
      {"function 0: expects ops inside the table of 6, got [18446744073709551615, +6)",
       [](auto &b) { b.program.functions[0].firstOp = ~uint64_t(0); }},
      {"dim 0: expects a symbol in [-1, 0), got 0", [](auto &b) { b.program.dims[0].symbol = 0; }},
      {"function `recur`: argument: `h` has another type in the manifest than in the exec section",
       [](auto &b) { b.manifest["functions"][0]["arguments"][1]["shape"] = {3}; }},
      {"expects 1 kernels as in the manifest, got 2",
       [](auto &b) {
         b.program.kernels.push_back({1, 0, 0});
       }},
  };
  for (const Damage &damage : damages)
    EXPECT_EQ(getErrorOf(makeRecurrence(), damage.apply),
              std::string("test.weft: section `exec` at offset 8192: ") + damage.expected);
}

TEST(Artifact, SizeSymbolsHaveAValueBeforeUse) {
  EXPECT_EQ(
      getErrorOf(makeBounded(), [](auto &b) { std::swap(b.program.ops[1], b.program.ops[2]); }),
      "test.weft: section `exec` at offset 8192: function 1: op 0: expects symbol 1 to have a "
      "value here");
  EXPECT_EQ(getErrorOf(makeBounded(), [](auto &b) { b.program.ops[1].a = 9; }),
            "test.weft: section `exec` at offset 8192: function 1: op 0: expects a symbol in [0, "
            "2), got 9");
}

TEST(Artifact, ManifestErrorsSayWhereAndWhat) {
  const Damage damages[] = {
      {"`model` expects a text, got 3", [](auto &b) { b.manifest["model"] = 3; }},
      {"manifest expects format 1, got 2: use the version of weft that wrote it",
       [](auto &b) { b.manifest["format"] = 2; }},
      {"`functions[0].arguments[0].dtype` expects one of f32, f64, bf16, f16, i32, i1, got \"f31\"",
       [](auto &b) { b.manifest["functions"][0]["arguments"][0]["dtype"] = "f31"; }},
      {"`functions[0].arguments[0].role` expects a known role, got \"guest\"",
       [](auto &b) { b.manifest["functions"][0]["arguments"][0]["role"] = "guest"; }},
      {"`functions[0].arguments[0].param` expects a parameter of the same type, got \"W\"",
       [](auto &b) { b.manifest["functions"][0]["arguments"][0]["param"] = "W"; }},
      {"`functions[0].arguments[0].shape` expects a symbol of the manifest and an offset, got "
       "{\"offset\":0,\"symbol\":\"k\"}",
       [](auto &b) {
         b.manifest["functions"][0]["arguments"][0]["shape"][0] = {{"symbol", "k"}, {"offset", 0}};
       }},
      {"`functions` expects an array, got nothing", [](auto &b) { b.manifest.erase("functions"); }},
      {"`functions[0].results[1].shape` expects sizes in [0, 2^40] or a symbol and an offset, got "
       "-4",
       [](auto &b) { b.manifest["functions"][0]["results"][1]["shape"] = {-4}; }},
      {"`functions[0].results[0].takes` expects an integer in [0, 9223372036854775807], got -1",
       [](auto &b) { b.manifest["functions"][0]["results"][0]["takes"] = -1; }},
  };
  for (const Damage &damage : damages)
    EXPECT_EQ(getErrorOf(makeRecurrence(), damage.apply),
              std::string("test.weft: section `manifest` at offset 4096: ") + damage.expected);
}

TEST(Artifact, PrintsWhichResultLiesInPlaceOfAnArgument) {
  Artifact artifact = take(Artifact::parse(makeInPlaceModel().build(), "test.weft"));
  std::string text = artifact.printExec("train");
  std::string expected = "  %w' = result, 4xf32, 16 bytes at the bounds, in place of %w\n";
  EXPECT_NE(text.find(expected), std::string::npos) << text;
}

TEST(Artifact, AResultTakesAnArgumentOfItsRoleAndTypeOnce) {
  auto expectRefusal = [](auto damage) {
    std::string error = getErrorOf(makeInPlaceModel(), damage);
    EXPECT_NE(
        error.find(".results` expects takes to name an argument of the same role and type and "
                   "of constant sizes, once, got "),
        std::string::npos)
        << error;
  };
  EXPECT_EQ(getErrorOf(makeInPlaceModel(), [](auto &) {}), "");
  expectRefusal([](auto &b) { b.manifest["functions"].back()["results"][1]["takes"] = 3; });
  expectRefusal([](auto &b) { b.manifest["functions"].back()["results"][1]["takes"] = 0; });
  expectRefusal([](auto &b) { b.manifest["functions"].back()["results"][0]["takes"] = 1; });
  expectRefusal([](auto &b) { b.manifest["functions"].back()["results"][1]["role"] = "output"; });
}

TEST(Artifact, CodeOfAnotherProcessorIsRefused) {
  ArtifactBuilder builder = makeRecurrence();
  builder.manifest["target"]["features"] = {"sse2", "avx1024"};
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  Result<Module> module = Module::load(artifact, take(Device::open("cpu")));
  ASSERT_FALSE(module);
  EXPECT_EQ(module.status().code(), ErrorCode::Device);
  EXPECT_EQ(
      module.status().message(),
      "test.weft: the artifact needs the CPU feature avx1024, which this runtime does not know");
}

TEST(Artifact, CodeOfAGpuIsRead) {
  Artifact artifact = take(Artifact::parse(makeGpuModel().build(), "test.weft"));
  const Manifest &manifest = artifact.manifest();
  EXPECT_EQ(manifest.targetKind, "sm_80");
  EXPECT_EQ(manifest.ptxVersion, "7.0");
  ASSERT_EQ(manifest.gpuKernels.size(), manifest.kernels.size());
  ASSERT_FALSE(manifest.gpuKernels.empty());
  EXPECT_EQ(manifest.gpuKernels[0].entry, "kernel$0");
  EXPECT_EQ(manifest.gpuKernels[0].threads, 128);
  EXPECT_EQ(manifest.gpuKernels[0].sharedBytes, 4096);
  EXPECT_EQ(manifest.gpuKernels[0].registers, -1);
  EXPECT_NE(artifact.findSection(WEFT_SECTION_PTX, "sm_80"), nullptr);
}

TEST(Artifact, CodeOfAGpuIsWhatItsManifestSays) {
  auto expectRefusal = [](const std::string &words, auto damage) {
    std::string error = getErrorOf(makeGpuModel(), damage);
    EXPECT_NE(error.find(words), std::string::npos) << error;
  };
  EXPECT_EQ(getErrorOf(makeGpuModel(), [](auto &) {}), "");
  auto replace = [](std::string &text, const std::string &from, const std::string &to) {
    text.replace(text.find(from), from.size(), to);
  };
  expectRefusal("expects .version 7.0, as the manifest says",
                [&](auto &b) { replace(b.extras[0].content, "7.0", "8.0"); });
  expectRefusal("expects .target sm_80, as the manifest says",
                [&](auto &b) { replace(b.extras[0].content, "sm_80", "sm_90"); });
  expectRefusal("expects an entry `kernel$0`, which the manifest names",
                [&](auto &b) { replace(b.extras[0].content, "kernel$0", "kernel$9"); });
  expectRefusal("expects text without zeros", [](auto &b) { b.extras[0].content[0] = '\0'; });
  expectRefusal("expects the name sm_80, the target of the manifest, got `cpu`",
                [](auto &b) { b.extras[0].name = "cpu"; });
  expectRefusal("expects an ELF file for NVIDIA's GPUs",
                [](auto &b) { b.extras[1].content[18] = '\x3e'; });
  expectRefusal("expects an ELF file for NVIDIA's GPUs",
                [](auto &b) { b.extras[1].content.resize(8); });
  expectRefusal("expects LLVM bitcode", [](auto &b) { b.extras[2].content[2] = '\0'; });
  expectRefusal("expects one section of this type",
                [](auto &b) { b.extras.push_back(b.extras[0]); });
}

TEST(Artifact, EachTargetHasItsPart) {
  Artifact artifact = take(Artifact::parse(makeModelOfTwoTargets().build(), "test.weft"));
  EXPECT_EQ(artifact.targets(), (std::vector<std::string>{"cpu", "sm_80"}));
  EXPECT_EQ(artifact.manifest().targetKind, "cpu");
  Artifact gpu = take(artifact.withTarget("sm_80"));
  EXPECT_EQ(gpu.manifest().gpuKernels[0].entry, "kernel$0");
  ASSERT_NE(gpu.execProgram(), nullptr);
  EXPECT_NE(gpu.execProgram(), artifact.execProgram());
  EXPECT_EQ(gpu.hash(), artifact.hash());
  EXPECT_EQ(artifact.withTarget("sm_90").status().message(),
            "test.weft is compiled for cpu, sm_80, got sm_90");
  // The device chooses.
  EXPECT_TRUE(Module::canLoad(gpu, take(Device::open("cpu"))));
  EXPECT_FALSE(Module::canLoad(take(Artifact::parse(makeGpuModel().build(), "gpu.weft")),
                               take(Device::open("cpu"))));
}

TEST(Artifact, TargetsAreOfOneModel) {
  auto expectRefusal = [](const std::string &words, auto damage) {
    std::string error = getErrorOf(makeModelOfTwoTargets(), damage);
    EXPECT_NE(error.find(words), std::string::npos) << error;
  };
  auto edit = [](auto &b, auto change) {
    nlohmann::json manifest = nlohmann::json::parse(b.extras[0].content);
    change(manifest);
    b.extras[0].content = manifest.dump();
  };
  EXPECT_EQ(getErrorOf(makeModelOfTwoTargets(), [](auto &) {}), "");
  expectRefusal("expects the name sm_80, the target of the manifest, got `sm_90`",
                [](auto &b) { b.extras[0].name = "sm_90"; });
  expectRefusal("expects one section of this type and name",
                [](auto &b) { b.extras[0].name = ""; });
  expectRefusal("expects the weights, states and functions of the first manifest", [&](auto &b) {
    edit(b, [](auto &manifest) { manifest["functions"][0]["name"] = "other"; });
  });
  expectRefusal("expects the weights, states and functions of the first manifest",
                [&](auto &b) { edit(b, [](auto &manifest) { manifest["model"] = "other"; }); });
  expectRefusal("expects the name of a manifest, got `sm_90`",
                [](auto &b) { b.extras[1].name = "sm_90"; });
  expectRefusal("expects the name sm_80, the target of the manifest, got `sm_90`", [&](auto &b) {
    b.extras[0].name = "sm_90";
    edit(b, [](auto &manifest) { manifest["target"]["kind"] = "sm_80"; });
  });
  expectRefusal("expects one manifest for cpu", [&](auto &b) {
    b.extras[0].name = "cpu";
    edit(b, [](auto &manifest) { manifest["target"]["kind"] = "cpu"; });
  });
}

TEST(Artifact, LaunchesOfAGpuAreInBounds) {
  auto expectRefusal = [](const std::string &words, auto damage) {
    std::string error = getErrorOf(makeGpuModel(), damage);
    EXPECT_NE(error.find(words), std::string::npos) << error;
  };
  expectRefusal("target.kernels[0].threads",
                [](auto &b) { b.manifest["target"]["kernels"][0]["threads"] = 2048; });
  expectRefusal("target.kernels[0].shared",
                [](auto &b) { b.manifest["target"]["kernels"][0]["shared"] = 1 << 20; });
  expectRefusal("target.kernels[0].registers",
                [](auto &b) { b.manifest["target"]["kernels"][0]["registers"] = 256; });
  expectRefusal("target.kernels[0].entry",
                [](auto &b) { b.manifest["target"]["kernels"][0]["entry"] = ""; });
  expectRefusal("target.kernels", [](auto &b) { b.manifest["target"]["kernels"].erase(0); });
  expectRefusal("target.ptx", [](auto &b) { b.manifest["target"].erase("ptx"); });
}

TEST(Artifact, CodeOfAGpuDoesNotRunOnACpu) {
  ArtifactBuilder builder = makeGpuModel();
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  Result<Module> module = Module::load(artifact, take(Device::open("cpu")));
  ASSERT_FALSE(module);
  EXPECT_EQ(module.status().code(), ErrorCode::File);
}

TEST(Artifact, AMissingKernelIsNamed) {
  ArtifactBuilder builder = makeRecurrence();
  builder.manifest["kernels"][0] = "lostKernel";
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  Result<Module> module = Module::load(artifact, take(Device::open("cpu")));
  ASSERT_FALSE(module);
  EXPECT_EQ(module.status().code(), ErrorCode::File);
  EXPECT_NE(module.status().message().find("expects the kernel `lostKernel`"), std::string::npos);
}

} // namespace
} // namespace weft::test
