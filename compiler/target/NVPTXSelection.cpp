// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/NVPTXSelection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using llvm::Intrinsic::ID;

namespace weft::compiler {
namespace {

/// What an LLVM intrinsic asks of its call beside a type that kernels have.
enum class Need {
  Nothing,
  /// At most 32 bits an element: there is no instruction for f64.
  Narrow,
  /// The same, and leave to approximate: without it LLVM wants a function of a library.
  Approximate,
  /// f32 or f64.
  Wide
};

struct Rule {
  ID id;
  Need need = Need::Nothing;
};

/// LLVM's own intrinsics that become instructions or loops; what is not here may become the call of
/// a function that no GPU has.
constexpr Rule rules[] = {
    {llvm::Intrinsic::fabs},
    {llvm::Intrinsic::sqrt},
    {llvm::Intrinsic::floor},
    {llvm::Intrinsic::ceil},
    {llvm::Intrinsic::trunc},
    {llvm::Intrinsic::rint},
    {llvm::Intrinsic::nearbyint},
    {llvm::Intrinsic::round},
    {llvm::Intrinsic::roundeven},
    {llvm::Intrinsic::fma},
    {llvm::Intrinsic::fmuladd},
    {llvm::Intrinsic::minnum},
    {llvm::Intrinsic::maxnum},
    {llvm::Intrinsic::minimum},
    {llvm::Intrinsic::maximum},
    {llvm::Intrinsic::minimumnum},
    {llvm::Intrinsic::maximumnum},
    {llvm::Intrinsic::copysign},
    {llvm::Intrinsic::exp2, Need::Narrow},
    {llvm::Intrinsic::sin, Need::Approximate},
    {llvm::Intrinsic::cos, Need::Approximate},
    {llvm::Intrinsic::tanh, Need::Approximate},
    {llvm::Intrinsic::canonicalize, Need::Wide},
    {llvm::Intrinsic::fptosi_sat},
    {llvm::Intrinsic::fptoui_sat},
    {llvm::Intrinsic::is_fpclass},
    {llvm::Intrinsic::abs},
    {llvm::Intrinsic::smax},
    {llvm::Intrinsic::smin},
    {llvm::Intrinsic::umax},
    {llvm::Intrinsic::umin},
    {llvm::Intrinsic::uadd_sat},
    {llvm::Intrinsic::sadd_sat},
    {llvm::Intrinsic::usub_sat},
    {llvm::Intrinsic::ssub_sat},
    {llvm::Intrinsic::uadd_with_overflow},
    {llvm::Intrinsic::sadd_with_overflow},
    {llvm::Intrinsic::usub_with_overflow},
    {llvm::Intrinsic::ssub_with_overflow},
    {llvm::Intrinsic::umul_with_overflow},
    {llvm::Intrinsic::smul_with_overflow},
    {llvm::Intrinsic::scmp},
    {llvm::Intrinsic::ucmp},
    {llvm::Intrinsic::fshl},
    {llvm::Intrinsic::fshr},
    {llvm::Intrinsic::ctpop},
    {llvm::Intrinsic::ctlz},
    {llvm::Intrinsic::cttz},
    {llvm::Intrinsic::bswap},
    {llvm::Intrinsic::bitreverse},
    {llvm::Intrinsic::vector_reduce_add},
    {llvm::Intrinsic::vector_reduce_mul},
    {llvm::Intrinsic::vector_reduce_and},
    {llvm::Intrinsic::vector_reduce_or},
    {llvm::Intrinsic::vector_reduce_xor},
    {llvm::Intrinsic::vector_reduce_smax},
    {llvm::Intrinsic::vector_reduce_smin},
    {llvm::Intrinsic::vector_reduce_umax},
    {llvm::Intrinsic::vector_reduce_umin},
    {llvm::Intrinsic::vector_reduce_fadd},
    {llvm::Intrinsic::vector_reduce_fmul},
    {llvm::Intrinsic::vector_reduce_fmax},
    {llvm::Intrinsic::vector_reduce_fmin},
    {llvm::Intrinsic::vector_reduce_fmaximum},
    {llvm::Intrinsic::vector_reduce_fminimum},
    {llvm::Intrinsic::memcpy},
    {llvm::Intrinsic::memmove},
    {llvm::Intrinsic::memset},
    {llvm::Intrinsic::assume},
    {llvm::Intrinsic::expect},
    {llvm::Intrinsic::lifetime_start},
    {llvm::Intrinsic::lifetime_end},
    {llvm::Intrinsic::experimental_noalias_scope_decl},
    {llvm::Intrinsic::dbg_declare},
    {llvm::Intrinsic::dbg_value},
    {llvm::Intrinsic::trap},
};

/// The first GPU that has an NVVM intrinsic.
struct Family {
  /// Behind "llvm.nvvm."; with a '*' at its end all names that begin so.
  llvm::StringLiteral name;
  unsigned sm = 80;
  bool archSpecific = false; ///< that GPU alone
};

/// The first row that fits decides.
constexpr Family families[] = {
    {"read.ptx.sreg.cluster*", 90},
    {"read.ptx.sreg.is.explicit*", 90},
    {"read.ptx.sreg.nclusterid*", 90},
    {"read.ptx.sreg.*"},
    {"barrier.cta.*"},
    {"bar.warp.sync"},
    {"membar.*"},
    {"shfl.sync.*"},
    {"vote.*"},
    {"match.*"},
    {"activemask"},
    {"redux.sync.f*", 100, true},
    {"redux.sync.*"},
    {"nanosleep"},
    {"cp.async.ca.shared.global.*"},
    {"cp.async.cg.shared.global.*"},
    {"cp.async.commit.group"},
    {"cp.async.wait.group"},
    {"cp.async.wait.all"},
    {"cp.async.mbarrier.arrive*"},
    {"ldmatrix.sync.aligned.m8n8.*"},
    {"mma.m16n8k8.row.col.bf16"},
    {"mma.m16n8k16.row.col.bf16"},
    {"mma.m16n8k8.row.col.f16.f16"},
    {"mma.m16n8k8.row.col.f32.f32"},
    {"mma.m16n8k16.row.col.f16.f16"},
    {"mma.m16n8k16.row.col.f32.f32"},
    {"mma.m16n8k4.row.col.tf32"},
    {"mma.m16n8k8.row.col.tf32"},
    {"mbarrier.init.shared"},
    {"mbarrier.inval.shared"},
    {"mbarrier.arrive.shared"},
    {"mbarrier.test.wait.shared"},
    {"ex2.approx.f32"},
    {"ex2.approx.ftz.f32"},
    {"ex2.approx*", 90},
    {"lg2.approx.f"},
    {"lg2.approx.ftz.f"},
    {"sin.approx.*"},
    {"cos.approx.*"},
    {"rcp.*"},
    {"rsqrt.approx.*"},
    {"sqrt.*"},
    {"div.*"},
    {"fma.rn.f"},
    {"fma.rn.ftz.f"},
    {"fma.rn.bf16x2"},
    {"fma.rn.f16x2"},
    {"fmin.f"},
    {"fmin.ftz.f"},
    {"fmin.nan.f"},
    {"fmin.ftz.nan.f"},
    {"fmax.f"},
    {"fmax.ftz.f"},
    {"fmax.nan.f"},
    {"fmax.ftz.nan.f"},
    {"f2bf16.rn*"},
    {"f2bf16.rz*"},
    {"ff2bf16x2.rn*"},
    {"ff2bf16x2.rz*"},
    {"ff2f16x2.rn*"},
    {"ff2f16x2.rz*"},
    {"f2tf32.rna"},
    {"prmt*"},
    {"mulhi.*"},
    {"isspacep.global"},
    {"isspacep.shared"},
    {"isspacep.local"},
    {"isspacep.const"},
    {"elect.sync", 90},
    {"griddepcontrol.*", 90},
    {"barrier.cluster.*", 90},
    {"mapa*", 90},
    {"stmatrix.sync.aligned.m8n8.*", 90},
    {"mbarrier.*", 90},
    {"fence.*", 90},
    {"cp.async.bulk.*", 90},
    {"wgmma.*", 90, true},
    {"setmaxnreg.*", 90, true},
};

bool fits(const Family &family, llvm::StringRef name) {
  llvm::StringRef pattern = family.name;
  return pattern.consume_back("*") ? name.starts_with(pattern) : name == pattern;
}

bool isElement(const llvm::Type *type) {
  if (const auto *integer = llvm::dyn_cast<llvm::IntegerType>(type))
    return integer->getBitWidth() <= 128;
  return type->isFloatTy() || type->isDoubleTy() || type->isHalfTy() || type->isBFloatTy() ||
         type->isPointerTy() || type->isVoidTy() || type->isLabelTy() || type->isMetadataTy() ||
         type->isTokenTy();
}

/// Whether the back end knows values of this type: of those with a fixed number of elements.
bool isKnownType(const llvm::Type *type) {
  if (const auto *structure = llvm::dyn_cast<llvm::StructType>(type))
    return llvm::all_of(structure->elements(), isKnownType);
  if (const auto *array = llvm::dyn_cast<llvm::ArrayType>(type))
    return isKnownType(array->getElementType());
  if (const auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(type))
    return isElement(vector->getElementType());
  return isElement(type);
}

/// What is wrong with a call, or nothing.
std::string findFault(const llvm::IntrinsicInst &call, const GpuTarget &target) {
  llvm::StringRef name = call.getCalledFunction()->getName();
  if (name.consume_front("llvm.nvvm.")) {
    const Family *family =
        llvm::find_if(families, [&](const Family &family) { return fits(family, name); });
    if (family == std::end(families))
      return "expects an intrinsic that is known to be an instruction";
    bool isThere = family->archSpecific ? target.archSpecific && target.sm == family->sm
                                        : target.sm >= family->sm;
    return isThere ? ""
                   : "expects sm_" + std::to_string(family->sm) + (family->archSpecific ? "a" : "");
  }
  const Rule *rule =
      llvm::find_if(rules, [&](const Rule &rule) { return rule.id == call.getIntrinsicID(); });
  if (rule == std::end(rules))
    return "expects an intrinsic that is an instruction, not the call of a library";
  unsigned bits = call.getType()->getScalarSizeInBits();
  if ((rule->need == Need::Narrow || rule->need == Need::Approximate) && bits > 32)
    return "expects elements of at most 32 bits";
  if (rule->need == Need::Approximate && !call.hasApproxFunc())
    return "expects the flag afn, leave to approximate";
  return rule->need == Need::Wide && bits < 32 ? "expects elements of f32 or f64" : "";
}

std::string findFault(const llvm::Instruction &instruction, const GpuTarget &target) {
  bool knowsTypes = isKnownType(instruction.getType()) &&
                    llvm::all_of(instruction.operand_values(), [](const llvm::Value *operand) {
                      return isKnownType(operand->getType());
                    });
  if (!knowsTypes)
    return "expects types that a GPU has";
  if (const auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
    return findFault(*intrinsic, target);
  if (const auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction); call && !call->isInlineAsm())
    return "expects a kernel to call nothing";
  // LLVM 22 prints every ordering as relaxed.
  if (const auto *atomic = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction);
      atomic && llvm::isStrongerThanMonotonic(atomic->getOrdering()))
    return "expects a monotonic read-modify-write beside a fence: the back end forgets its order";
  if (const auto *memory = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
      memory && !memory->isStaticAlloca())
    return "expects stack memory of constant size, taken where the kernel begins";
  bool isControl =
      instruction.isTerminator() &&
      !llvm::isa<llvm::ReturnInst, llvm::BranchInst, llvm::SwitchInst, llvm::UnreachableInst>(
          instruction);
  return isControl || llvm::isa<llvm::VAArgInst>(instruction)
             ? "expects an operation that a GPU has"
             : "";
}

} // namespace

llvm::Error checkSelectable(const llvm::Module &module, const GpuTarget &target) {
  for (const llvm::Function &function : module)
    for (const llvm::Instruction &instruction : llvm::instructions(function)) {
      std::string fault = findFault(instruction, target);
      if (fault.empty())
        continue;
      std::string text;
      llvm::raw_string_ostream(text) << instruction;
      return llvm::createStringError("kernel " + function.getName() + ": " + fault + " on " +
                                     std::string(target.name) + ", got" + text);
    }
  return llvm::Error::success();
}

} // namespace weft::compiler
