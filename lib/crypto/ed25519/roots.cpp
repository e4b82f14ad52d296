#include <crypto/ed25519/roots.hpp>

#include <algorithm>

namespace cairn::crypto::ed25519 {
namespace {

Field root_candidate(const Ratio& ratio) {
    const Field v3 = square(ratio.v) * ratio.v;
    return ratio.u * v3 * root_power(ratio.u * square(v3) * ratio.v);
}

} // namespace

std::vector<Field> root_candidates(std::span<const Ratio> ratios, Form form) {
    std::vector<Field> roots(ratios.size());
    std::size_t done = 0;
#ifdef __x86_64__
    if (form == Form::avx2) {
        for (; ratios.size() - done >= 8; done += 8)
            avx2::root_candidates(ratios.subspan(done).first<8>(), std::span(roots).subspan(done).first<8>());
        if (ratios.size() - done > 2) { // nothing is lost by lanes that repeat the last one
            std::array<Ratio, 8> rest;
            std::array<Field, 8> found;
            for (std::size_t i = 0; i < rest.size(); ++i)
                rest[i] = ratios[std::min(done + i, ratios.size() - 1)];
            avx2::root_candidates(rest, found);
            for (std::size_t i = 0; done < ratios.size(); ++i) roots[done++] = found[i];
        }
    }
#else
    static_cast<void>(form);
#endif
    for (; done < ratios.size(); ++done) roots[done] = root_candidate(ratios[done]);
    return roots;
}

} // namespace cairn::crypto::ed25519
