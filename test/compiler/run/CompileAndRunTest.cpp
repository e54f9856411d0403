// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The whole way: graph text -> artifact -> runtime on the CPU, against the interpreter on the
// graph.
#include <gtest/gtest.h>

#include <random>

#include "mlir/Parser/Parser.h"

#include "compiler/Compiler.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "weft/Module.h"

using weft::compiler::TensorValue;

namespace {

class CompileAndRun : public testing::Test {
protected:
  CompileAndRun() {
    mlir::DialectRegistry registry;
    weft::compiler::registerAll(registry);
    mlir.appendDialectRegistry(registry);
    graph = mlir::parseSourceFile<mlir::ModuleOp>(WEFT_TEST_INPUTS "/smallest.mlir", &mlir);
  }

  /// The artifact of the graph; compiling changes a copy.
  std::string compile(weft::compiler::Options options = {}) {
    mlir::OwningOpRef<mlir::ModuleOp> module = graph->clone();
    std::string bytes;
    llvm::raw_string_ostream out(bytes);
    EXPECT_TRUE(mlir::succeeded(weft::compiler::compile(*module, options, out)));
    return bytes;
  }

  /// One call on the CPU and one of the graph's meaning, with the same seeded numbers.
  void compare(const std::string &function, int64_t cacheSize);

  mlir::MLIRContext mlir;
  mlir::OwningOpRef<mlir::ModuleOp> graph;
};

void CompileAndRun::compare(const std::string &function, int64_t cacheSize) {
  std::string bytes = compile();
  auto artifact = weft::Artifact::parse(std::as_bytes(std::span(bytes)), "smallest.weft");
  ASSERT_TRUE(artifact) << artifact.status().message();
  auto device = weft::Device::open("cpu", "threads=2");
  ASSERT_TRUE(device) << device.status().message();
  auto module = weft::Module::load(*artifact, *device);
  ASSERT_TRUE(module) << module.status().message();
  auto compiled = module->function(function);
  ASSERT_TRUE(compiled) << compiled.status().message();

  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<weft::Tensor> arguments;
  llvm::SmallVector<TensorValue> values;
  for (const weft::TensorSpec &spec : compiled->spec().arguments) {
    weft::Shape shape;
    for (const weft::DimSpec &dim : spec.shape)
      shape.push_back(dim.offset + (dim.symbol < 0 ? 0 : cacheSize));
    auto tensor = weft::Tensor::zeros(weft::DType::F32, shape);
    ASSERT_TRUE(tensor) << tensor.status().message();
    TensorValue value = TensorValue::splat(mlir::Float32Type::get(&mlir), shape);
    for (int64_t i = 0; i < tensor->size(); ++i)
      value.elements[i] = tensor->values<float>()[i] = uniform(random);
    arguments.push_back(*tensor);
    values.push_back(value);
  }
  auto results = compiled->call(arguments);
  ASSERT_TRUE(results) << results.status().message();
  auto meaning = weft::compiler::WeftInterpreter::run(
      graph->lookupSymbol<mlir::func::FuncOp>(function), values);
  ASSERT_TRUE(mlir::succeeded(meaning));
  ASSERT_EQ(results->size(), meaning->size());
  for (size_t i = 0; i < results->size(); ++i) {
    const weft::Tensor &result = (*results)[i];
    const TensorValue &expected = (*meaning)[i];
    ASSERT_EQ(result.shape(), weft::Shape(expected.shape.begin(), expected.shape.end()));
    for (int64_t j = 0; j < result.size(); ++j)
      EXPECT_NEAR(result.values<float>()[j], expected.elements[j],
                  1e-5 * (1 + std::abs(expected.elements[j])))
          << compiled->spec().results[i].name << " at " << j;
  }
}

TEST_F(CompileAndRun, AgreesWithTheInterpreterOnAnEmptyCache) { compare("step", 0); }
TEST_F(CompileAndRun, AgreesWithTheInterpreterOnAPartialCache) { compare("step", 4); }
TEST_F(CompileAndRun, AgreesWithTheInterpreterAtTheBound) { compare("step", 8); }

TEST_F(CompileAndRun, WritesTheSameBytesEveryTime) {
  std::string first = compile();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, compile());
}

TEST_F(CompileAndRun, RefusesToEndBeforeItStarts) {
  weft::compiler::Options options;
  options.from = weft::compiler::Phase::Exec;
  options.until = weft::compiler::Phase::Fused;
  EXPECT_TRUE(weft::compiler::checkOptions(options).has_value());
}

} // namespace
