// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --kernels=barriers, bounds, syncs, needless: one place of one kernel of sm_80 is damaged at a
// time, and the kernel alone runs on what the cases of its function called it with.
#include <cstdlib>
#include <random>

#include "compiler/interpret/TensorBytes.h"
#include "dialects/tile/TilePromise.h"
#include "test/lib/Mutations.h"
#include "test/lib/SimKernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace weft::check {

namespace {

/// A call as the undamaged kernel did it.
using Call = std::pair<KernelCall, CallResult>;

constexpr unsigned schedules = 2;

class Damaging {
public:
  Damaging(ModuleOp module, func::FuncOp function, Tally &tally)
      : module(module), function(function), tally(tally) {}

  /// Runs the cases undamaged and keeps all calls.
  LogicalResult record();
  /// Damages each kernel in each of its places. `drop` takes away what `mutate` damages: where that
  /// changes nothing, there is nothing to damage. `further` are larger damages, for a place where
  /// `mutate` lets the kernel touch nothing that it does not touch undamaged.
  void run(Mutation &mutate, Mutation *drop = nullptr, ArrayRef<Mutation *> further = {});
  /// Leaves out each operation of the optimised module that orders.
  void runSyncs();

private:
  OwningOpRef<ModuleOp> copyKernel(StringRef name);
  /// A kernel whose results nobody uses never runs, and shows nothing.
  bool isCalled(tile::KernelOp kernel) {
    return llvm::any_of(calls,
                        [&](const Call &call) { return call.first.kernel == kernel.getSymName(); });
  }
  FailureOr<std::unique_ptr<SimKernels>> compileMutant(StringRef name, Mutation &mutate,
                                                       int number);
  bool isCaught(const SimKernels &original, const SimKernels &damaged, tile::KernelOp kernel);
  void add(const Twine &place, StringRef kernel, bool isCaught) {
    tally.add(function.getName() + ": " + place + ", in " + kernel, isCaught);
  }

  ModuleOp module;
  func::FuncOp function;
  Tally &tally;
  StagedFunction staged;
  std::vector<Call> calls;
  /// Calls with NaN in what the kernel reads, by number, as they are needed.
  std::map<size_t, std::vector<Call>> poisoned;
  /// What the undamaged kernel touches in them.
  std::map<const KernelCall *, std::vector<uint64_t>> touched;
};

/// Of many damages, those that this run looks at: WEFT_MUTANTS=N/M takes the N-th of every M, by
/// the hash of their names without lines, so that a place keeps its turn when others come and go.
bool isInSample(StringRef name) {
  static const std::pair<uint64_t, uint64_t> sample = [] {
    StringRef text = std::getenv("WEFT_MUTANTS") ? std::getenv("WEFT_MUTANTS") : "0/1";
    uint64_t number = 0, of = 1;
    auto [first, second] = text.split('/');
    if (first.getAsInteger(10, number) || second.getAsInteger(10, of) || of == 0)
      llvm::report_fatal_error("WEFT_MUTANTS: expects N/M");
    return std::pair(number, of);
  }();
  return llvm::xxh3_64bits(name.take_until([](char c) { return c == ':'; })) % sample.second ==
         sample.first;
}

LogicalResult Damaging::record() {
  FailureOr<std::vector<Case>> cases = makeCases(function);
  FailureOr<StagedFunction> stagedOrNot = stageFunction(module, function, /*shrink=*/true);
  if (failed(cases) || failed(stagedOrNot))
    return failure();
  staged = std::move(*stagedOrNot);
  OwningOpRef<ModuleOp> copy(staged.staged->clone());
  FailureOr<std::unique_ptr<SimKernels>> kernels = SimKernels::compile(*copy);
  if (failed(kernels))
    return failure();
  KernelRunner runner = makeDispatchRunner(
      staged, [&](tile::KernelOp kernel, auto arrays, auto sizes, uint64_t seed) {
        return (*kernels)->launch(kernel, arrays, sizes, seed, schedules, &calls);
      });
  for (const Case &test : *cases) {
    FailureOr<bool> same = agrees(function, runner, test);
    if (failed(same) || !*same)
      return failure();
  }
  // What takes longest, last: most damages are seen at once.
  llvm::stable_sort(calls,
                    [](const Call &a, const Call &b) { return a.second.cost < b.second.cost; });
  return success();
}

OwningOpRef<ModuleOp> Damaging::copyKernel(StringRef name) {
  OwningOpRef<ModuleOp> copy(ModuleOp::create(staged.staged->getLoc()));
  (*copy)->setAttrs((*staged.staged)->getAttrDictionary());
  copy->push_back(staged.staged->lookupSymbol<tile::KernelOp>(name)->clone());
  return copy;
}

/// Every size and index that a kernel may compare with: its constants and its sizes.
std::vector<double> listSizes(const KernelCall &call, tile::KernelOp kernel) {
  llvm::SmallSetVector<int64_t, 16> found;
  found.insert_range(call.sizes);
  kernel.walk([&](arith::ConstantIndexOp op) { found.insert(op.value()); });
  kernel.walk([&](arith::AddIOp op) {
    if (auto more = op.getRhs().getDefiningOp<arith::ConstantIndexOp>())
      for (int64_t size : call.sizes)
        found.insert(size + more.value());
  });
  return std::vector<double>(found.begin(), found.end());
}

/// What the elements of arrays are promised to be within: a kernel is for all such numbers and for
/// no others.
llvm::DenseMap<Value, std::pair<double, double>> listPromised(tile::KernelOp kernel) {
  llvm::DenseMap<Value, std::pair<double, double>> promised;
  kernel.walk([&](tile::ExtractOp op) {
    auto load = op.getTile().getDefiningOp<tile::LoadOp>();
    std::optional<ArrayRef<int64_t>> within = tile::getWithin(op);
    if (!load || !within)
      return;
    std::pair<double, double> range(within->front(), within->back());
    auto [known, isNew] =
        promised.try_emplace(load.getView().getDefiningOp<tile::ViewOp>().getArray(), range);
    known->second = {std::max(known->second.first, range.first),
                     std::min(known->second.second, range.second)};
  });
  return promised;
}

/// Smaller sizes, each alone and all together. A kernel is for all up to its bounds, though the
/// symbols of this test may take steps: another launch shares it whose symbols take others.
void shrinkSizes(const KernelCall &call, std::vector<KernelCall> &copies) {
  size_t count = call.sizes.size();
  for (int64_t less : {1, 3, 6})
    for (size_t which = 0; which < (count > 1 ? count + 1 : count); ++which) {
      KernelCall &copy = copies.emplace_back(call);
      for (auto [number, size] : llvm::enumerate(copy.sizes))
        if (number == which || which == count)
          size = std::max<int64_t>(size - less, 0);
    }
}

/// Odd elements in the arrays that are only read, in more of them from copy to copy. NaN: what lies
/// beyond a bound shows in the results then, even where it would be multiplied by zero. Integers:
/// an index is just beyond a bound.
std::vector<KernelCall> poison(const KernelCall &call, tile::KernelOp kernel) {
  std::vector<KernelCall> copies;
  llvm::DenseMap<Value, std::pair<double, double>> promised = listPromised(kernel);
  auto mayHold = [&](Value array, double number) {
    auto known = promised.find(array);
    return known == promised.end() ||
           (number >= known->second.first && number <= known->second.second);
  };
  auto change = [&](uint64_t sparsity, bool isFloat, double odd) {
    KernelCall &copy = copies.emplace_back(call);
    std::mt19937_64 generator(sparsity);
    for (auto [position, array] : llvm::enumerate(copy.arrays)) {
      Type element = cast<tile::ArrayType>(kernel.getArray(position).getType()).getElement();
      if (llvm::is_contained(kernel.getWrites(), int64_t(position)) || element.isInteger(1) ||
          isa<FloatType>(element) != isFloat || !mayHold(kernel.getArray(position), odd))
        continue;
      uint64_t bytes = compiler::getElementBytes(copy.dtypes[position]);
      for (size_t at = generator() % sparsity * bytes; at < array.size(); at += bytes * sparsity)
        compiler::writeElements(copy.dtypes[position], odd, array.data() + at);
    }
  };
  for (uint64_t sparsity : {1021, 127, 31, 5, 1})
    change(sparsity, /*isFloat=*/true, std::nan(""));
  if (llvm::any_of(kernel.getBody().getArgumentTypes(), [](Type type) {
        auto array = dyn_cast<tile::ArrayType>(type);
        return array && array.getElement().isInteger(32);
      }))
    for (double size : listSizes(call, kernel))
      change(2, /*isFloat=*/false, size);
  shrinkSizes(call, copies);
  return copies;
}

bool Damaging::isCaught(const SimKernels &original, const SimKernels &damaged,
                        tile::KernelOp kernel) {
  auto differs = [&](const Call &call) {
    CallResult result = damaged.run(call.first, schedules);
    return !result.problem.empty() || !haveSameElements(call.first, result, call.second);
  };
  SmallVector<size_t> own;
  for (size_t i = 0; i < calls.size(); ++i)
    if (calls[i].first.kernel == kernel.getSymName())
      own.push_back(i);
  if (llvm::any_of(own, [&](size_t i) { return differs(calls[i]); }))
    return true;
  // A place beside a view may hold what does no harm today: it is not the task's to touch.
  auto strays = [&](const Call &call) {
    auto [known, isNew] = touched.try_emplace(&call.first);
    if (isNew)
      known->second = original.listTouched(call.first);
    std::vector<uint64_t> now = damaged.listTouched(call.first);
    return !llvm::includes(known->second, now);
  };
  for (size_t i : own) {
    auto [known, isNew] = poisoned.try_emplace(i);
    if (isNew)
      for (KernelCall &call : poison(calls[i].first, kernel)) {
        CallResult result = original.run(call, schedules);
        if (result.problem.empty())
          known->second.emplace_back(std::move(call), std::move(result));
      }
    if (llvm::any_of(known->second, differs) || strays(calls[i]) ||
        llvm::any_of(known->second, strays))
      return true;
  }
  return false;
}

FailureOr<std::unique_ptr<SimKernels>> Damaging::compileMutant(StringRef name, Mutation &mutate,
                                                               int number) {
  OwningOpRef<ModuleOp> copy = copyKernel(name);
  mutate(*copy, number);
  return SimKernels::compile(*copy);
}

void Damaging::run(Mutation &mutate, Mutation *drop, ArrayRef<Mutation *> further) {
  for (auto kernel : staged.staged->getOps<tile::KernelOp>()) {
    if (!isCalled(kernel)) {
      add("no call", kernel.getSymName(), false);
      continue;
    }
    OwningOpRef<ModuleOp> whole = copyKernel(kernel.getSymName());
    std::vector<std::string> places = mutate(*whole, -1);
    FailureOr<std::unique_ptr<SimKernels>> original = SimKernels::compile(*whole);
    if (failed(original)) {
      add("no damage", kernel.getSymName(), false);
      continue;
    }
    for (auto [number, place] : llvm::enumerate(places)) {
      if (!isInSample((function.getName() + kernel.getSymName() + place).str()))
        continue;
      auto compile = [&](Mutation &mutation) {
        return compileMutant(kernel.getSymName(), mutation, int(number));
      };
      auto isOriginal = [&](const FailureOr<std::unique_ptr<SimKernels>> &kernels) {
        return succeeded(kernels) && (*original)->getText() == (*kernels)->getText();
      };
      // It was proven that it makes no difference: nothing of the place is in the kernel.
      FailureOr<std::unique_ptr<SimKernels>> damaged = compile(mutate);
      if (isOriginal(damaged))
        continue;
      auto isSeenIn = [&](const FailureOr<std::unique_ptr<SimKernels>> &kernels) {
        return succeeded(kernels) && isCaught(**original, **kernels, kernel);
      };
      bool isSeen = isSeenIn(damaged);
      if (!isSeen && drop && isOriginal(compile(*drop))) {
        llvm::outs() << "none " << function.getName() << ": " << place << ", in "
                     << kernel.getSymName() << "\n";
        continue;
      }
      // What a read of shared memory touches, isCaught() does not know.
      if (!StringRef(place).contains(" of a read"))
        isSeen = isSeen ||
                 llvm::any_of(further, [&](Mutation *more) { return isSeenIn(compile(*more)); });
      add(place, kernel.getSymName(), isSeen);
    }
  }
}

void Damaging::runSyncs() {
  for (auto kernel : staged.staged->getOps<tile::KernelOp>()) {
    OwningOpRef<ModuleOp> whole = copyKernel(kernel.getSymName());
    FailureOr<std::unique_ptr<SimKernels>> original = SimKernels::compile(*whole);
    if (failed(original)) {
      add("no damage", kernel.getSymName(), false);
      continue;
    }
    for (size_t i = 0; i < (*original)->getSyncSites().size(); ++i) {
      std::string place = "site " + std::to_string(i) + ", " + (*original)->getSyncSites()[i].text;
      if (!isInSample((function.getName() + kernel.getSymName() + place).str()))
        continue;
      std::unique_ptr<SimKernels> damaged = (*original)->removeSync(int(i));
      add(place, kernel.getSymName(), damaged && isCaught(**original, *damaged, kernel));
    }
  }
}

void forEachFunction(ModuleOp module, Tally &tally, function_ref<void(Damaging &)> damage) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.kernel"))
      continue;
    Damaging damaging(module, function, tally);
    if (succeeded(damaging.record()))
      damage(damaging);
    else
      tally.add((function.getName() + " runs").str(), false);
  }
}

} // namespace

void runBarriersMode(ModuleOp module, Tally &tally) {
  forEachFunction(module, tally, [](Damaging &damaging) { damaging.run(removeSync); });
}
void runBoundsMode(ModuleOp module, Tally &tally) {
  forEachFunction(module, tally, [](Damaging &damaging) {
    damaging.run(widenBound, dropBound, getWiderBounds());
  });
}
void runSyncsMode(ModuleOp module, Tally &tally) {
  forEachFunction(module, tally, [](Damaging &damaging) { damaging.runSyncs(); });
}
void runNeedlessMode(ModuleOp module, Tally &tally) {
  forEachFunction(module, tally, [](Damaging &damaging) { damaging.run(doubleSync); });
}

} // namespace weft::check
