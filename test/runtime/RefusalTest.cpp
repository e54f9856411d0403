// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Length fields at their edges, and the refusals of the exec section and the manifest that
// ArtifactTest leaves out: each says what was expected and what was got.
#include <cstring>
#include <functional>

#include "runtime/artifact/ExecReader.h"
#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

constexpr uint64_t edges[] = {0,
                              1,
                              (uint64_t(1) << 31) - 1,
                              uint64_t(1) << 31,
                              (uint64_t(1) << 32) - 1,
                              uint64_t(1) << 63,
                              ~uint64_t(0)};

std::string parse(const std::vector<std::byte> &bytes) {
  Result<Artifact> artifact = Artifact::parse(bytes, "test.weft");
  if (artifact)
    return "";
  EXPECT_EQ(artifact.status().code(), ErrorCode::File) << artifact.status().message();
  return artifact.status().message();
}

struct Damage {
  const char *expected; ///< the end of the message
  std::function<void(ArtifactBuilder &)> apply;
};

void expectRefusals(const ArtifactBuilder &whole, std::span<const Damage> damages) {
  ASSERT_EQ(parse(whole.build()), "");
  for (const Damage &damage : damages) {
    ArtifactBuilder builder = whole;
    damage.apply(builder);
    std::string message = parse(builder.build());
    EXPECT_TRUE(message.ends_with(damage.expected)) << message << "\nexpects " << damage.expected;
  }
}

/// Sets every 64-bit word of [begin, end) to every edge, one at a time. Whatever a word means, the
/// file is read or refused; returns how many were refused.
size_t tryEdges(const std::vector<std::byte> &whole, size_t begin, size_t end) {
  size_t refused = 0;
  for (size_t at = begin; at + 8 <= end; at += 8)
    for (uint64_t edge : edges) {
      std::vector<std::byte> bytes = whole;
      std::memcpy(bytes.data() + at, &edge, sizeof edge);
      sealArtifact(bytes);
      refused += !parse(bytes).empty();
    }
  return refused;
}

TEST(Lengths, OfTheContainerAreReadOrRefused) {
  for (const ArtifactBuilder &builder : {makeRecurrence(), makeBounded()}) {
    std::vector<std::byte> whole = builder.build();
    size_t sections = take(Artifact::parse(whole, "test.weft")).sections().size();
    size_t end = sizeof(WeftArtifactHeader) + sections * sizeof(WeftSection);
    // Of a header's fields seven values in eight are wrong; names may be anything plain.
    EXPECT_GT(tryEdges(whole, 0, end), (end / 8) * std::size(edges) / 2);
  }
}

TEST(Lengths, OfTheExecSectionAreReadOrRefused) {
  for (const ArtifactBuilder &builder : {makeRecurrence(), makeBounded()}) {
    std::vector<std::byte> whole = builder.build();
    const WeftSection section = getSection(whole, WEFT_SECTION_EXEC);
    size_t begin = section.offset, end = begin + section.storedLength;
    EXPECT_GT(tryEdges(whole, begin, end), ((end - begin) / 8) * std::size(edges) / 2);
  }
}

TEST(Lengths, OfAnExecTableAreBoundedByTheSection) {
  std::vector<std::byte> whole = makeRecurrence().build();
  const WeftSection record = getSection(whole, WEFT_SECTION_EXEC);
  auto section = std::span<const std::byte>(whole).subspan(record.offset, record.storedLength);
  ASSERT_TRUE(readExecProgram(section));
  EXPECT_EQ(readExecProgram(section.first(8)).status().message(), "header expects 64 bytes, got 8");
  for (size_t field = 1; field < sizeof(WeftExecHeader) / 8; ++field)
    for (uint64_t edge : std::span(edges).subspan(2)) {
      std::vector<std::byte> bytes(section.begin(), section.end());
      std::memcpy(bytes.data() + 8 * field, &edge, sizeof edge);
      Status status = readExecProgram(bytes).status();
      EXPECT_EQ(status.code(), ErrorCode::File);
      EXPECT_NE(status.message().find("expects " + std::to_string(edge) + " records of "),
                std::string::npos)
          << status.message();
    }
  std::vector<std::byte> longer(section.begin(), section.end());
  longer.resize(longer.size() + 8);
  EXPECT_EQ(readExecProgram(longer).status().message(),
            "expects to end after its tables, got 8 more bytes");
  longer[0] ^= std::byte(1);
  EXPECT_EQ(readExecProgram(longer).status().message(),
            "magic at offset 0 expects 0x3243455845544657, got 0x3243455845544656");
}

TEST(Refusals, OfTheExecSection) {
  const Damage damages[] = {
      {"dim 0: expects a size in [0, 2^40], got -1",
       [](auto &b) { b.program.dims[0].offset = -1; }},
      {"function 0: expects at most 6 arguments and results, got 9 and 2",
       [](auto &b) { b.program.functions[0].argumentCount = 9; }},
      {"function 0: expects an arena of at most 2^48 bytes, got 281474976710657",
       [](auto &b) { b.program.functions[0].arenaBytes = (uint64_t(1) << 48) + 1; }},
      {"function 0: buffer 0: expects at most 8 dims inside the table of 9, got [0, +9)",
       [](auto &b) { b.program.buffers[0].rank = 9; }},
      {"function 0: buffer 0: expects a tensor of at most 2^48 bytes, got "
       "1099511627776x1099511627776xf32",
       [](auto &b) {
         b.program.dims[0].offset = int64_t(1) << 40;
         b.program.dims[1].offset = int64_t(1) << 40;
         b.program.buffers[0].dtype = WEFT_F32;
       }},
      {"function 0: op 0: expects no stride without a loop, got 4",
       [](auto &b) { b.program.args[0].loopStride = 4; }},
      {"function 0: op 0: expects arguments inside the table of 10, got [1000, +2)",
       [](auto &b) { b.program.ops[0].firstArg = 1000; }},
      {"function 0: op 0: expects 2 arguments, got 1",
       [](auto &b) { b.program.ops[0].argCount = 1; }},
      {"function 0: op 1: expects 0 arguments, got 1",
       [](auto &b) { b.program.ops[1].argCount = 1; }},
      {"function 0: op 4: expects a counter that goes up, 0, or down, 1, or iterations at the same "
       "time, 2, got 3",
       [](auto &b) { b.program.ops[4].a = 3; }},
      {"function 0: op 4: expects 0 arguments, got 1",
       [](auto &b) { b.program.ops[4].argCount = 1; }},
      {"function 0: op 2: expects at most 2^63 - 1 tasks, got 9223372036854775808",
       [](auto &b) { b.program.ops[2].b = uint64_t(1) << 63; }},
      {"function 0: op 1: expects a dim in [0, 9), got 9", [](auto &b) { b.program.ops[1].b = 9; }},
      {"kernel 0: expects at most 10 arguments, got 1000",
       [](auto &b) { b.program.kernels[0].argCount = 1000; }},
      {"function 0: op 0: expects no sizes, got [0, +1)",
       [](auto &b) { b.program.ops[0].sizeCount = 1; }},
      {"function 0: op 4: expects no sizes, got [1, +0)",
       [](auto &b) { b.program.ops[4].firstSize = 1; }},
      {"expects slices of the 6 buffers that overlap little",
       [](auto &b) { b.program.functions.resize(1000, b.program.functions[0]); }},
      {"expects slices of the 6 ops that overlap little",
       [](auto &b) {
         b.program.functions[0].bufferCount = 0;
         b.program.functions.resize(1000, b.program.functions[0]);
       }},
      {"expects slices of the 10 arguments that overlap little",
       [](auto &b) { b.program.ops.resize(1000, b.program.ops[2]); }},
      {"expects 2 functions as in the manifest, got 1",
       [](auto &b) {
         b.manifest["functions"].push_back({{"name", "more"},
                                            {"arguments", nlohmann::json::array()},
                                            {"results", nlohmann::json::array()}});
       }},
      {"function `recur`: expects 1 arguments and 2 results as in the manifest, got 2 and 2",
       [](auto &b) { b.manifest["functions"][0]["arguments"].erase(1); }},
      {"function `recur`: result: `out` has another type in the manifest than in the exec section",
       [](auto &b) { b.manifest["functions"][0]["results"][0]["dtype"] = "i32"; }},
  };
  expectRefusals(makeRecurrence(), damages);
}

TEST(Refusals, OfLoopsTooDeep) {
  auto nest = [](int depth) {
    ArtifactBuilder builder;
    builder.useTestKernels();
    builder.beginFunction("nested");
    for (int i = 0; i < depth; ++i)
      builder.beginFor(2);
    for (int i = 0; i < depth; ++i)
      builder.endFor();
    return parse(builder.build());
  };
  EXPECT_EQ(nest(16), "");
  EXPECT_TRUE(nest(17).ends_with("function 0: op 16: expects at most 16 nested loops"));
}

TEST(Refusals, OfRunTimeSizes) {
  const Damage damages[] = {
      {"symbol 0: expects a bound in [0, 2^40] and a step in [1, 2^40], got -1 and 8",
       [](auto &b) { b.program.symbols[0].bound = -1; }},
      {"symbol 1: expects a bound in [0, 2^40] and a step in [1, 2^40], got 64 and 0",
       [](auto &b) { b.program.symbols[1].step = 0; }},
      {"symbol `n` expects bound 32 and step 8 as in the manifest, got 64 and 8",
       [](auto &b) { b.manifest["symbols"][0]["bound"] = 32; }},
      {"expects 3 symbols as in the manifest, got 2",
       [](auto &b) {
         b.manifest["symbols"].push_back({{"name", "k"}, {"bound", 1}, {"step", 1}});
       }},
      {"function 1: op 0: expects 1 arguments, got 0",
       [](auto &b) { b.program.ops[1].argCount = 0; }},
      {"function 1: result 0: expects symbol 1 to have a value here",
       [](auto &b) { b.program.functions[1].opCount = 0; }},
      {"function 1: op 0: expects the value in a buffer of one i32, got element type 1 and 256 "
       "bytes",
       [](auto &b) { b.program.args[2].buffer = 0; }},
      {"kernel 0: expects bounds of sizes inside the table of 10 dims, got [10, +1)",
       [](auto &b) { b.program.kernels[0].firstBound = 10; }},
      {"kernel 0: expects constant bounds of its sizes, got symbol 0",
       [](auto &b) { b.program.kernels[0].firstBound = 0; }},
      {"function 0: op 0: expects the 1 sizes of its kernel inside the table of 10 dims, got [5, "
       "+2)",
       [](auto &b) { b.program.ops[0].sizeCount = 2; }},
      {"function 0: op 0: expects the 1 sizes of its kernel inside the table of 10 dims, got [10, "
       "+1)",
       [](auto &b) { b.program.ops[0].firstSize = 10; }},
      {"function 0: op 0: expects size 0 inside [0, 63], got [0, 64]",
       [](auto &b) { b.program.dims[4].offset = 63; }},
      {"function 0: op 0: expects size 0 inside [0, 64], got [1, 65]",
       [](auto &b) { b.program.dims[5].offset = 1; }},
      {"function 0: op 0: expects size 0 inside [0, 64], got [-1, 63]",
       [](auto &b) { b.program.dims[5].offset = -1; }},
      {"function 0: op 0: expects symbol 1 to have a value here",
       [](auto &b) { b.program.dims[5].symbol = 1; }},
      {"expects slices of the 10 dims that overlap little",
       [](auto &b) {
         b.program.kernels[0].firstBound = 0;
         b.program.kernels[0].sizeCount = 8;
         b.program.kernels.resize(1000, b.program.kernels[0]);
       }},
      {"expects slices of the 10 dims that overlap little",
       [](auto &b) {
         b.program.ops[0].sizeCount = 8;
         b.program.ops.resize(1000, b.program.ops[0]);
       }},
      {"function 0: op 0: expects a symbol that no argument has, got 0",
       [](auto &b) {
         b.program.ops[0] = b.program.ops[1];
         b.program.ops[0].a = 0;
       }},
  };
  expectRefusals(makeBounded(), damages);
}

TEST(Refusals, OfTheManifest) {
  auto param = [](auto change) {
    return [change](ArtifactBuilder &b) { change(b.manifest["params"][0]); };
  };
  const Damage damages[] = {
      {"`params[0].name` expects a name that is not empty and not taken, got \"\"",
       param([](auto &p) { p["name"] = ""; })},
      {"`params[1].name` expects a name that is not empty and not taken, got \"w\"",
       [](auto &b) { b.manifest["params"].push_back(b.manifest["params"][0]); }},
      {"`params[0].shape` expects constant sizes, got [{\"offset\":0,\"symbol\":\"n\"}]",
       [](auto &b) {
         b.manifest["symbols"].push_back({{"name", "n"}, {"bound", 1}, {"step", 1}});
         b.manifest["params"][0]["shape"][0] = {{"symbol", "n"}, {"offset", 0}};
       }},
      {"`params[0].shape` expects at most 8 sizes, got [1,1,1,1,1,1,1,1,1]",
       param([](auto &p) { p["shape"] = std::vector<int>(9, 1); })},
      {"`params[0].shape` expects a tensor of at most 2^48 bytes, got [1099511627776,4096]",
       param([](auto &p) {
         p["shape"] = {int64_t(1) << 40, 4096};
       })},
      {"`params[0].init.kind` expects zeros, ones, constant, normal or uniform, got nothing",
       param([](auto &p) { p["init"]["kind"] = "twos"; })},
      {"`params[0].init` expects an object, got nothing", param([](auto &p) { p.erase("init"); })},
      {"`params[0].low` expects a number, got \"x\"", param([](auto &p) { p["low"] = "x"; })},
      {"`params[0].high` expects a number, got \"x\"", param([](auto &p) { p["high"] = "x"; })},
      {"`kernels` expects texts, got 7", [](auto &b) { b.manifest["kernels"][0] = 7; }},
      {"`functions[0]` expects an object, got 3", [](auto &b) { b.manifest["functions"][0] = 3; }},
      {"`functions[0].arguments[0].state` expects a state of the same element type and rank, got "
       "\"cache\"",
       [](auto &b) { b.manifest["functions"][0]["arguments"][0]["state"] = "cache"; }},
      {"`functions[0].arguments or results` expects unique names within a role; twice: input.x, "
       "got nothing",
       [](auto &b) {
         auto &arguments = b.manifest["functions"][0]["arguments"];
         arguments.push_back(arguments[0]);
       }},
      {"`functions[0].flops[0].products` expects arrays of sizes, got 3",
       [](auto &b) {
         b.manifest["functions"][0]["flops"] = {{{"launch", 0}, {"products", {3}}}};
       }},
      {"`functions[0].flops[0].products` expects sizes in [0, 2^40] or a symbol and an offset, got "
       "-1",
       [](auto &b) {
         b.manifest["functions"][0]["flops"] = {{{"launch", 0}, {"products", {{2, -1}}}}};
       }},
  };
  expectRefusals(makeTapeModel("g"), damages);
}

} // namespace
} // namespace weft::test
