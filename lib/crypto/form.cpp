#include <crypto/form.hpp>

namespace cairn::crypto {

Form best_form() {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) return Form::avx2;
#endif
    return Form::portable;
}

} // namespace cairn::crypto
