// The forms of a kernel that this machine has: all of them must give the same.
#pragma once

#include <crypto/form.hpp>

#include <vector>

namespace cairn::test {

inline std::vector<crypto::Form> forms() {
    std::vector<crypto::Form> all{crypto::Form::portable};
    if (crypto::best_form() != crypto::Form::portable) all.push_back(crypto::best_form());
    return all;
}

} // namespace cairn::test
