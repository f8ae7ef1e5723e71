// The native side of Deq.LibTorch: a C ABI over libtorch that knows no operator by name.
//
// One entry, deq_call, reaches every ATen operator through the dispatcher's boxed interface; the managed side names the
// operator, passes tagged 16-byte values and gets tagged values back. Beside it stands only what is no operator: memory,
// random generators, grad modes, backward and grad, and a graph node whose backward is managed code.
//
// Rules that hold for every export:
//   - no C++ exception leaves it: a negative code is returned and deq_error() has the message;
//   - a tensor handle is an owned TensorImpl* (null: an undefined tensor); arguments are borrowed for the call, results are
//     the caller's to free;
//   - what a managed callback throws travels inside the C++ exception to whichever thread waits for the engine, and comes
//     out as the same managed object (deq_managed_error()).
//
// Written for libtorch 1.13 and later: nothing is used that changed between them, but for the places marked "drift".
// Built by build.sh beside this file.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ScalarOps.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/add.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <malloc.h>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#define DEQ extern "C" __attribute__((visibility("default")))
using torch::autograd::variable_list;
using Handle = c10::TensorImpl*;

// ---------------------------------------------------------------- values

enum Tag : int32_t {
  kDefault, kNone, kTensor, kInt, kDouble, kBool, kInts, kDoubles, kBools, kTensors, kString, kDevice, kComplex, kGenerator
};

// n: the length of a list or string, the type of a device; in a result that is a tensor with storage of its own, the size of
// that storage in units of 64 bytes, rounded up, by which the managed side knows how much it holds.
struct Value {
  int32_t tag, n;
  union { int64_t i; double d; const void* p; };
};
static_assert(sizeof(Value) == 16, "the managed side lays it out in 16 bytes");

struct Info {
  int64_t dim, numel;
  const int64_t *sizes, *strides;
  int32_t dtype, device_type, device_index, item_size;
  uint8_t requires_grad, is_leaf, is_contiguous, layout;
  int32_t version;
};

// ---------------------------------------------------------------- errors

enum Code : int { kOk = 0, kTorchError = -1, kNullArgument = -2, kManagedError = -3 };

struct NullArgument : std::runtime_error { using std::runtime_error::runtime_error; };
struct ManagedError : std::runtime_error {
  std::shared_ptr<void> exception;
  ManagedError(const char* message, std::shared_ptr<void> e) : std::runtime_error(message), exception(std::move(e)) {}
};
static thread_local std::string last_error;
static thread_local std::shared_ptr<void> last_managed_error;

static int fail(int code, const char* message) noexcept {
  try { last_error = message; } catch (...) { }
  return code;
}
template <class F> static int guarded(F&& f) noexcept {
  try { return f(); }
  catch (const ManagedError& e) { last_managed_error = e.exception; return fail(kManagedError, e.what()); }
  catch (const NullArgument& e) { return fail(kNullArgument, e.what()); }
  catch (const c10::Error& e) { return fail(kTorchError, e.what_without_backtrace()); }
  catch (const std::exception& e) { return fail(kTorchError, e.what()); }
  catch (...) { return fail(kTorchError, "an unknown native exception"); }
}
DEQ const char* deq_error() { return last_error.c_str(); }
// The GC handle of the managed exception behind kManagedError; it is freed with the native exception that carries it.
DEQ void* deq_managed_error() { return last_managed_error.get(); }
DEQ void deq_clear_managed_error() { last_managed_error.reset(); }

// libtorch symbolizes a C++ stack trace for every error that it raises: milliseconds, for a text that no managed caller reads.
static const bool no_stack_traces = (c10::SetStackTraceFetcher(std::function<std::string()>([] { return std::string(); })), true);

// A warning is one line on stderr, once. (Debian's libtorch would hand it to glog, with glog's own complaint in front.)
static void warn_once(const std::string& message) {
  static std::mutex m;
  static std::unordered_set<std::string> seen;
  std::lock_guard<std::mutex> lock(m);
  if (seen.insert(message).second) std::fprintf(stderr, "libtorch: %s\n", message.c_str());
}
#if TORCH_VERSION_MAJOR >= 2  // drift
struct WarnOnce : c10::WarningHandler {
  void process(const c10::Warning& w) override { warn_once(w.msg()); }
};
static WarnOnce handler;
static bool handle_warnings_of_this_thread() { c10::WarningUtils::set_warning_handler(&handler); return true; }
#else
struct WarnOnce : c10::WarningHandler {
  void process(const c10::SourceLocation&, const std::string& message, const bool) override { warn_once(message); }
};
static WarnOnce handler;
static bool handle_warnings_of_this_thread() { c10::Warning::set_warning_handler(&handler); return true; }
#endif

// ---------------------------------------------------------------- handles

static Handle release(at::Tensor&& t) { return t.defined() ? t.unsafeReleaseTensorImpl() : nullptr; }
static at::Tensor borrow(const void* h) {
  if (!h) return at::Tensor();
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(static_cast<Handle>(const_cast<void*>(h))));
}
static at::Tensor steal(Handle h) {
  return h ? at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h)) : at::Tensor();
}
static variable_list borrow_all(const Handle* h, int n) {
  variable_list v;
  v.reserve(n);
  for (int i = 0; i < n; i++) v.push_back(borrow(h[i]));
  return v;
}
// May run the release callback of a managed node, so the managed side must not suppress its GC transition.
DEQ int deq_free(Handle h) { return guarded([&] { steal(h); return kOk; }); }
DEQ Handle deq_retain(Handle h) { return release(borrow(h)); }
DEQ void deq_free_memory(void* p) { ::free(p); }

// ---------------------------------------------------------------- operators

enum Kind : uint8_t {
  aTensor, aScalar, aInt, aFloat, aBool, aString, aDevice, aTensors, aOptionalTensors, aInts, aFloats, aBools, aScalars, aGenerator, aOther
};
struct Parameter {
  std::string name;
  Kind kind;
  bool optional, has_default;
  int32_t fixed_size;  // of an int[N] that takes a single int
  c10::IValue default_value;
};
struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  std::vector<int> order;  // order[i]: the schema's position of the caller's i-th argument; empty: the same
};

static Kind kind_of(c10::TypePtr type, bool& optional) {
  using T = c10::TypeKind;
  optional = false;
  while (type->kind() == T::OptionalType) {
    optional = true;
    type = type->castRaw<c10::OptionalType>()->getElementType();
  }
  switch (type->kind()) {
    case T::TensorType: return aTensor;
    case T::NumberType: return aScalar;
    case T::IntType: return aInt;
    case T::FloatType: return aFloat;
    case T::BoolType: return aBool;
    case T::StringType: return aString;
    case T::DeviceObjType: return aDevice;
    case T::GeneratorType: return aGenerator;
    case T::ListType: {
      bool optional_element;
      switch (kind_of(type->castRaw<c10::ListType>()->getElementType(), optional_element)) {
        case aTensor: return optional_element ? aOptionalTensors : aTensors;
        case aInt: return aInts;
        case aFloat: return aFloats;
        case aBool: return aBools;
        case aScalar: return aScalars;
        default: return aOther;
      }
    }
    default: return aOther;
  }
}

static bool is_number(const Value& v) { return v.tag == kInt || v.tag == kDouble || v.tag == kBool || v.tag == kComplex; }
static c10::Scalar number(const Value& v) {
  switch (v.tag) {
    case kInt: return c10::Scalar(v.i);
    case kDouble: return c10::Scalar(v.d);
    case kBool: return c10::Scalar(v.i != 0);
    default: {
      auto p = static_cast<const double*>(v.p);
      return c10::Scalar(c10::complex<double>(p[0], p[1]));
    }
  }
}
template <class T, class From> static c10::List<T> list_of(const Value& v) {
  c10::List<T> l;
  l.reserve(v.n);
  for (int i = 0; i < v.n; i++) l.push_back(static_cast<T>(static_cast<const From*>(v.p)[i]));
  return l;
}

static void push(torch::jit::Stack& stack, const Parameter& a, const Value& v) {
  if (v.tag == kDefault) {
    if (!a.has_default) throw NullArgument(a.name);
    stack.push_back(a.default_value);
    return;
  }
  if (v.tag == kNone) {
    if (a.kind == aTensor && !a.optional) throw NullArgument(a.name);
    stack.emplace_back();
    return;
  }
  switch (a.kind) {
    case aTensor:
      if (v.tag == kTensor) { stack.emplace_back(borrow(v.p)); return; }
      // A number in a tensor's place is "wrapped": it does not take part in type promotion as a tensor would.
      if (is_number(v)) { stack.emplace_back(at::native::wrapped_scalar_tensor(number(v))); return; }
      break;
    case aScalar: if (is_number(v)) { stack.emplace_back(number(v)); return; } break;
    case aInt: if (v.tag == kInt || v.tag == kBool) { stack.emplace_back(v.i); return; } break;
    case aFloat:
      if (v.tag == kDouble) { stack.emplace_back(v.d); return; }
      if (v.tag == kInt) { stack.emplace_back(static_cast<double>(v.i)); return; }
      break;
    case aBool: if (v.tag == kBool || v.tag == kInt) { stack.emplace_back(v.i != 0); return; } break;
    case aString: if (v.tag == kString) { stack.emplace_back(std::string(static_cast<const char*>(v.p), v.n)); return; } break;
    case aDevice:
      if (v.tag == kDevice) {
        stack.emplace_back(c10::Device(static_cast<c10::DeviceType>(v.n), static_cast<c10::DeviceIndex>(v.i)));
        return;
      }
      break;
    case aGenerator: if (v.tag == kGenerator) { stack.emplace_back(*static_cast<const at::Generator*>(v.p)); return; } break;
    case aTensors:
      if (v.tag == kTensors) {
        c10::List<at::Tensor> l;
        l.reserve(v.n);
        for (int i = 0; i < v.n; i++) {
          auto h = static_cast<const Handle*>(v.p)[i];
          if (!h) throw NullArgument(a.name + "[" + std::to_string(i) + "]");
          l.push_back(borrow(h));
        }
        stack.emplace_back(std::move(l));
        return;
      }
      break;
    case aOptionalTensors:
      if (v.tag == kTensors) {
        c10::impl::GenericList l(c10::OptionalType::create(c10::TensorType::get()));
        l.reserve(v.n);
        for (int i = 0; i < v.n; i++) {
          auto h = static_cast<const Handle*>(v.p)[i];
          l.push_back(h ? c10::IValue(borrow(h)) : c10::IValue());
        }
        stack.emplace_back(std::move(l));
        return;
      }
      break;
    case aInts:
      if (v.tag == kInts) { stack.emplace_back(list_of<int64_t, int64_t>(v)); return; }
      if (v.tag == kInt) {
        c10::List<int64_t> l;
        for (int i = 0; i < std::max(a.fixed_size, 1); i++) l.push_back(v.i);
        stack.emplace_back(std::move(l));
        return;
      }
      break;
    case aFloats: if (v.tag == kDoubles) { stack.emplace_back(list_of<double, double>(v)); return; } break;
    case aBools: if (v.tag == kBools) { stack.emplace_back(list_of<bool, uint8_t>(v)); return; } break;
    case aScalars:
      if (v.tag == kDoubles) {
        c10::impl::GenericList l(c10::NumberType::get());
        for (int i = 0; i < v.n; i++) l.push_back(c10::IValue(static_cast<const double*>(v.p)[i]));
        stack.emplace_back(std::move(l));
        return;
      }
      break;
    case aOther: break;
  }
  TORCH_CHECK_TYPE(false, "argument '", a.name, "' cannot be made from a value of tag ", v.tag);
}

static Value tensor_value(at::Tensor&& t) {
  Value o{kTensor, 0, {0}};
  if (t.defined() && t.has_storage() && t.storage().use_count() == 1) {
    auto units = (t.storage().nbytes() + 63) / 64;
    o.n = static_cast<int32_t>(std::min<size_t>(units, std::numeric_limits<int32_t>::max()));
  }
  o.p = release(std::move(t));
  return o;
}
static Value to_value(c10::IValue&& r) {
  Value o{kNone, 0, {0}};
  if (r.isTensor()) return tensor_value(std::move(r).toTensor());
  if (r.isInt()) { o.tag = kInt; o.i = r.toInt(); }
  else if (r.isDouble()) { o.tag = kDouble; o.d = r.toDouble(); }
  else if (r.isBool()) { o.tag = kBool; o.i = r.toBool(); }
  else if (r.isNone()) { }
  else if (r.isTensorList()) {
    auto l = std::move(r).toTensorVector();
    auto m = static_cast<Handle*>(::malloc(sizeof(Handle) * (l.size() + 1)));
    for (size_t i = 0; i < l.size(); i++) m[i] = release(std::move(l[i]));
    o.tag = kTensors; o.n = static_cast<int32_t>(l.size()); o.p = m;
  } else if (r.isComplexDouble()) {
    auto m = static_cast<double*>(::malloc(16));
    auto c = r.toComplexDouble();
    m[0] = c.real(); m[1] = c.imag();
    o.tag = kComplex; o.p = m;
  } else TORCH_CHECK_TYPE(false, "a result of type ", r.tagKind(), " has no managed form");
  return o;
}

// names: null, or the argument names, comma-separated, in the order in which the caller passes them, so that a schema which
// gained an argument in a later libtorch still binds; arguments not named take their defaults.
DEQ int deq_operator(const char* name, const char* overload, const char* names, Operator** out) {
  return guarded([&] {
    auto h = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    const auto& schema = h.schema();
    std::unique_ptr<Operator> op(new Operator{h, {}, {}});
    for (const auto& a : schema.arguments()) {
      bool optional;
      Kind k = kind_of(a.type(), optional);  // drift: a SymInt is an int by type(), not by real_type()
      Parameter x{a.name(), k, optional, a.default_value().has_value() || optional, a.N() ? static_cast<int32_t>(*a.N()) : 0, c10::IValue()};
      if (a.default_value()) x.default_value = *a.default_value();
      op->parameters.push_back(std::move(x));
    }
    if (names) {
      std::string all(names);
      for (size_t b = 0; b <= all.size();) {
        size_t e = std::min(all.find(',', b), all.size());
        auto i = schema.argumentIndexWithName(all.substr(b, e - b));
        TORCH_CHECK_TYPE(i.has_value(), "no argument '", all.substr(b, e - b), "' in ", schema);
        op->order.push_back(*i);
        b = e + 1;
      }
    }
    *out = op.release();
    return kOk;
  });
}

static thread_local torch::jit::Stack spare_stack;  // keeps its capacity from call to call

// Returns the number of results, or an error code.
DEQ int deq_call(const Operator* op, const Value* arguments, int n, Value* results, int capacity) {
  return guarded([&] {
    static thread_local bool warned = handle_warnings_of_this_thread();
    (void)warned;
    // Out of its slot while in use: an operator that calls back into managed code may come through here again.
    torch::jit::Stack stack = std::move(spare_stack);
    stack.clear();
    static const Value take_default{kDefault, 0, {0}};
    int m = static_cast<int>(op->parameters.size());
    if (op->order.empty()) {
      TORCH_CHECK_TYPE(n <= m, "takes ", m, " arguments, got ", n);
      for (int i = 0; i < m; i++) push(stack, op->parameters[i], i < n ? arguments[i] : take_default);
    } else {
      TORCH_CHECK_TYPE(n <= static_cast<int>(op->order.size()), "takes ", op->order.size(), " arguments, got ", n);
      std::vector<const Value*> by_position(m, &take_default);
      for (int i = 0; i < n; i++) by_position[op->order[i]] = &arguments[i];
      for (int i = 0; i < m; i++) push(stack, op->parameters[i], *by_position[i]);
    }
    op->handle.callBoxed(stack);
    int r = static_cast<int>(stack.size());
    TORCH_CHECK_TYPE(r <= capacity, "gives ", r, " results, room for ", capacity);
    for (int i = 0; i < r; i++) results[i] = to_value(std::move(stack[i]));
    stack.clear();
    spare_stack = std::move(stack);
    return r;
  });
}

// ---------------------------------------------------------------- tensors

DEQ int deq_info(Handle h, Info* o) {
  return guarded([&] {
    auto t = borrow(h);
    auto d = t.device();
    *o = Info{t.dim(), t.numel(), t.sizes().data(), t.layout() == c10::kStrided ? t.strides().data() : nullptr,
              static_cast<int32_t>(t.scalar_type()), static_cast<int32_t>(d.type()), d.index(), static_cast<int32_t>(t.element_size()),
              t.requires_grad(), t.is_leaf(), t.layout() == c10::kStrided && t.is_contiguous(), static_cast<uint8_t>(t.layout()),
              t.is_inference() ? 0 : static_cast<int32_t>(t._version())};
    return kOk;
  });
}
DEQ int64_t deq_dim(Handle h) { return h->dim(); }
DEQ int64_t deq_numel(Handle h) { return h->numel(); }
DEQ int deq_data(Handle h, void** out) { return guarded([&] { *out = borrow(h).data_ptr(); return kOk; }); }

// The bytes are copied; the device is the CPU.
DEQ int deq_from_bytes(const void* data, const int64_t* sizes, int dim, int dtype, Handle* out) {
  return guarded([&] {
    auto options = c10::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype));
    *out = release(at::from_blob(const_cast<void*>(data), c10::IntArrayRef(sizes, dim), options).clone());
    return kOk;
  });
}

// ---------------------------------------------------------------- autograd

DEQ int deq_grad_mode() { return c10::GradMode::is_enabled(); }
DEQ void deq_set_grad_mode(int on) { c10::GradMode::set_enabled(on != 0); }
DEQ int deq_inference_mode() { return c10::InferenceMode::is_enabled(); }
DEQ void* deq_inference_guard(int on) { return new c10::InferenceMode(on != 0); }
DEQ void deq_free_inference_guard(void* g) { delete static_cast<c10::InferenceMode*>(g); }
DEQ int deq_anomaly_mode() {
  return torch::autograd::AnomalyMode::is_enabled() | torch::autograd::AnomalyMode::should_check_nan() << 1;
}
DEQ void deq_set_anomaly_mode(int on, int check_nan) { torch::autograd::AnomalyMode::set_enabled(on != 0, check_nan != 0); }

DEQ int deq_set_requires_grad(Handle h, int on) { return guarded([&] { borrow(h).requires_grad_(on != 0); return kOk; }); }
DEQ int deq_retain_grad(Handle h) { return guarded([&] { borrow(h).retain_grad(); return kOk; }); }
DEQ int deq_get_grad(Handle h, Handle* out) {
  return guarded([&] { at::Tensor g = borrow(h).mutable_grad(); *out = release(std::move(g)); return kOk; });
}
DEQ int deq_set_grad(Handle h, Handle g) { return guarded([&] { borrow(h).mutable_grad() = borrow(g); return kOk; }); }

DEQ int deq_backward(const Handle* t, int n, const Handle* g, int ng, const Handle* in, int nin, int retain, int create) {
  return guarded([&] {
    torch::autograd::backward(borrow_all(t, n), borrow_all(g, ng), retain != 0, create != 0, borrow_all(in, nin));
    return kOk;
  });
}
DEQ int deq_grad(const Handle* out, int n, const Handle* in, int nin, const Handle* g, int ng, int retain, int create, int allow_unused, Handle* res) {
  return guarded([&] {
    auto r = torch::autograd::grad(borrow_all(out, n), borrow_all(in, nin), borrow_all(g, ng), retain != 0, create != 0, allow_unused != 0);
    for (int i = 0; i < nin; i++) res[i] = release(std::move(r[i]));
    return kOk;
  });
}

// ---------------------------------------------------------------- a node whose backward is managed code

// gradients: borrowed for the call, null where undefined. results: owned handles or null, one per tensor input. Returns 0, or
// 1 with the exception's GC handle in exception and its text in message.
typedef int (*BackwardCallback)(void* context, const Handle* gradients, int n, Handle* results, int nresults, void** exception, char* message, int capacity);
typedef void (*ReleaseCallback)(void* context);

// drift: the engine holds nodes by std::shared_ptr (deleted by deleteNode, which keeps a long chain from overflowing the stack)
// up to 2.12, by c10::intrusive_ptr after. All below is written against whichever an Edge holds.
using NodePtr = decltype(torch::autograd::Edge::function);
template <class P> struct Ownership;
template <class N> struct Ownership<std::shared_ptr<N>> {
  template <class T> static std::shared_ptr<N> take(T* p) { return std::shared_ptr<N>(p, [](N* q) { deleteNode(q); }); }
  template <class T> static std::shared_ptr<N> share(T* p) { return p->shared_from_this(); }
};
template <class N, class X> struct Ownership<c10::intrusive_ptr<N, X>> {
  template <class T> static c10::intrusive_ptr<N, X> take(T* p) { return c10::intrusive_ptr<N, X>::unsafe_steal_from_new(p); }
  template <class T> static c10::intrusive_ptr<N, X> share(T* p) { return c10::intrusive_ptr<N, X>::reclaim_copy(p); }
};

struct ManagedNode : torch::autograd::Node {
  void* context = nullptr;
  BackwardCallback backward = nullptr;
  ReleaseCallback release_context = nullptr, release_exception = nullptr;
  std::string label;
  bool materialize = true;
  std::vector<at::TensorOptions> output_options;
  std::vector<std::vector<int64_t>> output_sizes;
  std::mutex mutex;
  std::vector<torch::autograd::SavedVariable> saved;
  bool freed = false;

  ~ManagedNode() override { if (release_context) release_context(context); }
  std::string name() const override { return label; }
  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex);
    freed = freed || !saved.empty();
    saved.clear();
  }
  variable_list unpack() {
    std::lock_guard<std::mutex> lock(mutex);
    TORCH_CHECK(!freed, torch::autograd::ERR_BACKWARD_TWICE);
    variable_list v;
    for (auto& s : saved) v.push_back(s.unpack(Ownership<NodePtr>::share(this)));
    return v;
  }
  variable_list apply(variable_list&& gradients) override {
    {
      std::lock_guard<std::mutex> lock(mutex);
      TORCH_CHECK(!freed, torch::autograd::ERR_BACKWARD_TWICE);
    }
    std::vector<Handle> in, out(num_outputs(), nullptr);
    for (size_t i = 0; i < gradients.size(); i++) {
      if (materialize && !gradients[i].defined()) gradients[i] = at::zeros(output_sizes[i], output_options[i]);
      in.push_back(gradients[i].defined() ? gradients[i].unsafeGetTensorImpl() : nullptr);
    }
    char message[1024] = "the managed backward failed";
    void* exception = nullptr;
    int failed = backward(context, in.data(), int(in.size()), out.data(), int(out.size()), &exception, message, sizeof message);
    variable_list results;
    for (auto h : out) results.push_back(steal(h));
    if (failed)
      throw ManagedError(message, std::shared_ptr<void>(exception, [f = release_exception](void* p) { if (p) f(p); }));
    return results;
  }
};

// Begins an application: 1 and a pending node whose edges lead to the inputs, where a graph is wanted; 0 where it is not.
// From here the node owns the context, and gives it back through release_context when it dies.
DEQ int deq_node_begin(const char* name, void* context, BackwardCallback backward, ReleaseCallback release_context,
                       ReleaseCallback release_exception, const Handle* inputs, int n, NodePtr** pending, void** node) {
  return guarded([&] {
    auto in = borrow_all(inputs, n);
    bool wanted = false;
    if (c10::GradMode::is_enabled())
      for (auto& t : in) wanted = wanted || (t.defined() && t.requires_grad());
    if (!wanted) return 0;
    auto made = new ManagedNode();
    *pending = new NodePtr(Ownership<NodePtr>::take(made));
    made->label = name;
    made->backward = backward;
    made->release_exception = release_exception;
    made->set_next_edges(torch::autograd::collect_next_edges(in));
    made->context = context;
    made->release_context = release_context;
    *node = made;
    return 1;
  });
}
DEQ void deq_node_abandon(NodePtr* pending) { delete pending; }

// Ends it: gives the outputs their history and takes what the backward needs. results[i] is the caller's new handle of output
// i (an output that is an input given back unchanged, a view, or has a history already becomes an alias).
DEQ int deq_node_end(NodePtr* pending, const Handle* inputs, int nin, const Handle* outputs, int nout, const Handle* dirty, int ndirty,
                     const Handle* no_gradient, int nno, const Handle* save, int nsave, int materialize, Handle* results) {
  return guarded([&] {
    std::unique_ptr<NodePtr> owner(pending);
    auto node = static_cast<ManagedNode*>(owner->get());
    node->materialize = materialize != 0;
    std::unordered_set<Handle> in(inputs, inputs + nin), in_place(dirty, dirty + ndirty), constant(no_gradient, no_gradient + nno);
    variable_list outs;
    std::vector<Handle> originals;
    for (int i = 0; i < nout; i++) {
      auto t = borrow(outputs[i]);
      originals.push_back(outputs[i]);
      if (!t.defined()) {
        node->add_input_metadata(torch::autograd::Node::undefined_input());
        node->output_options.emplace_back();
        node->output_sizes.emplace_back();
        outs.push_back(t);
        continue;
      }
      bool is_input = in.count(outputs[i]) != 0, is_dirty = in_place.count(outputs[i]) != 0;
      bool differentiable = constant.count(outputs[i]) == 0 && torch::autograd::isDifferentiableType(t.scalar_type());
      TORCH_CHECK(!is_dirty || is_input, "a tensor marked as dirty is not an input");
      if (!is_dirty && (is_input || t.is_view() || t.requires_grad())) {
        c10::AutoGradMode off(false);
        t = t.detach();
      }
      node->output_options.push_back(t.options());
      node->output_sizes.push_back(t.sizes().vec());
      if (!differentiable) {
        node->add_input_metadata(torch::autograd::Node::undefined_input());
      } else {
        auto number = node->add_input_metadata(t);
        if (is_dirty) {
          TORCH_CHECK(!(t.is_leaf() && t.requires_grad()), "a leaf that requires grad was changed in place");
          torch::autograd::impl::rebase_history(t, {*owner, number});
        } else {
          torch::autograd::impl::set_gradient_edge(t, {*owner, number});
        }
      }
      outs.push_back(std::move(t));
    }
    for (int i = 0; i < nsave; i++) {
      int of = -1;
      for (int k = 0; k < nout && save[i]; k++)
        if (originals[k] == save[i]) of = k;
      // An output is saved as such: the node does not own its own output, which would be a cycle that no collector sees.
      if (of >= 0) node->saved.emplace_back(outs[of], outs[of].grad_fn() == *owner);
      else node->saved.emplace_back(borrow(save[i]), false);
    }
    for (int i = 0; i < nout; i++) results[i] = release(std::move(outs[i]));
    return kOk;
  });
}

// The saved tensors, as many as fit; the number of them is returned.
DEQ int deq_node_saved(void* node, Handle* results, int capacity) {
  return guarded([&] {
    auto v = static_cast<ManagedNode*>(node)->unpack();
    for (size_t i = 0; i < v.size() && int(i) < capacity; i++) results[i] = release(std::move(v[i]));
    return static_cast<int>(v.size());
  });
}

// ---------------------------------------------------------------- random numbers

static at::Generator default_generator(int type, int64_t index) {
  return at::globalContext().defaultGenerator(c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)));
}
DEQ int deq_default_generator(int type, int64_t index, at::Generator** out) {
  return guarded([&] { *out = new at::Generator(default_generator(type, index)); return kOk; });
}
DEQ int deq_new_generator(int type, int64_t index, uint64_t seed, at::Generator** out) {
  return guarded([&] {
    auto g = default_generator(type, index).clone();
    g.set_current_seed(seed);
    *out = new at::Generator(std::move(g));
    return kOk;
  });
}
DEQ void deq_free_generator(at::Generator* g) { delete g; }
DEQ int deq_generator_set_seed(at::Generator* g, uint64_t seed) {
  return guarded([&] { std::lock_guard<std::mutex> lock(g->mutex()); g->set_current_seed(seed); return kOk; });
}
DEQ int deq_generator_seed(at::Generator* g, uint64_t* out) {
  return guarded([&] { std::lock_guard<std::mutex> lock(g->mutex()); *out = g->seed(); return kOk; });
}
DEQ int deq_generator_initial_seed(at::Generator* g, uint64_t* out) { return guarded([&] { *out = g->current_seed(); return kOk; }); }
DEQ int deq_generator_get_state(at::Generator* g, Handle* out) {
  return guarded([&] { std::lock_guard<std::mutex> lock(g->mutex()); *out = release(g->get_state()); return kOk; });
}
DEQ int deq_generator_set_state(at::Generator* g, Handle state) {
  return guarded([&] { std::lock_guard<std::mutex> lock(g->mutex()); g->set_state(borrow(state)); return kOk; });
}
DEQ int deq_manual_seed(int64_t seed) { return guarded([&] { at::manual_seed(static_cast<uint64_t>(seed)); return kOk; }); }

// ---------------------------------------------------------------- the library

DEQ const char* deq_version() { return TORCH_VERSION; }
DEQ int deq_default_dtype() { return static_cast<int>(c10::get_default_dtype_as_scalartype()); }
DEQ int deq_set_default_dtype(int dtype) {
  return guarded([&] { c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<c10::ScalarType>(dtype))); return kOk; });
}
DEQ int deq_num_threads() { return at::get_num_threads(); }
DEQ int deq_set_num_threads(int n) { return guarded([&] { at::set_num_threads(n); return kOk; }); }
DEQ int deq_num_interop_threads() { return at::get_num_interop_threads(); }
DEQ int deq_set_num_interop_threads(int n) { return guarded([&] { at::set_num_interop_threads(n); return kOk; }); }
DEQ int deq_cuda_device_count() { return guarded([&] { return at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; }); }
DEQ int deq_cudnn_available() { return guarded([&] { return at::hasCUDA() && at::detail::getCUDAHooks().hasCuDNN() ? 1 : 0; }); }
DEQ int deq_cuda_synchronize(int64_t device) {
  return guarded([&] { at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(device)); return kOk; });
}
DEQ const char* deq_configuration() {
  static thread_local std::string text;
  if (guarded([&] { text = at::get_parallel_info(); return kOk; }) != kOk) text = last_error;
  return text.c_str();
}

// ---------------------------------------------------------------- yardsticks

// Seconds of one at::add of four floats, in a loop of so many: the unit in which benchmarks tell what a solver costs beside its
// cell, so that the figures of two machines can be compared.
DEQ int deq_seconds_of_add(int64_t times, double* seconds) {
  return guarded([&] {
    auto a = at::ones({4}), b = at::ones({4});
    auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < times; i++) at::add(a, b);
    *seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(times);
    return kOk;
  });
}

// Counts the bytes that tensors of the CPU hold. Blocks are libtorch's own allocator's, which gets them back; their size is asked of malloc,
// so that no header moves the data off its alignment.
class CountingAllocator final : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator* under) : under_(under), free_(under->raw_deleter()) { self = this; }
  // One of the two overrides: allocate is const up to libtorch 2.2.  // drift
  c10::DataPtr allocate(size_t bytes) const { return counted(bytes); }
  c10::DataPtr allocate(size_t bytes) { return counted(bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  // Pure in later versions, absent from earlier ones.  // drift
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }

  inline static std::atomic<int64_t> live{0}, peak{0};

 private:
  c10::DataPtr counted(size_t bytes) const {
    auto block = under_->allocate(bytes);
    void* data = block.get();
    auto now = live += static_cast<int64_t>(malloc_usable_size(data));
    for (auto before = peak.load(); before < now && !peak.compare_exchange_weak(before, now); ) { }
    auto device = block.device();
    block.release_context();
    return {data, data, &release, device};
  }
  static void release(void* data) {
    live -= static_cast<int64_t>(malloc_usable_size(data));
    self->free_(data);
  }

  inline static CountingAllocator* self = nullptr;
  c10::Allocator* under_;
  c10::DeleterFnPtr free_;
};

// Bytes that tensors hold now, of those made since the first call, and the most that they held since the last one.
DEQ int deq_tensor_memory(int64_t* live, int64_t* peak) {
  return guarded([&] {
    static const bool installed = (c10::SetCPUAllocator(new CountingAllocator(c10::GetCPUAllocator()), 1), true);
    (void)installed;
    *live = CountingAllocator::live;
    *peak = CountingAllocator::peak.exchange(*live);
    return kOk;
  });
}
