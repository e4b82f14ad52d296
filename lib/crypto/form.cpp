#include <crypto/form.hpp>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace cairn::crypto {

Form best_form() {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) return Form::avx2;
#endif
    return Form::portable;
}

bool has_sha_ni() {
#ifdef __x86_64__
    constexpr unsigned extended_features = 7;
    constexpr unsigned sha_bit = 1U << 29; // of EBX
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid_count(extended_features, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
    return (ebx & sha_bit) != 0 && __builtin_cpu_supports("sse4.1");
#else
    return false;
#endif
}

} // namespace cairn::crypto
