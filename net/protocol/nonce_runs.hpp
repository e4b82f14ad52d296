// A set of nonces, kept as its longest runs: what follows a run is told without a walk along it. A value.
#pragma once

#include <model/ids.hpp>

#include <map>

namespace cairn::net {

class NonceRuns {
  public:
    void insert(Nonce nonce); ///< nothing where it is there
    void erase(Nonce nonce);  ///< nothing where it is not
    /// The least nonce from `from` on that is not in the set.
    Nonce first_missing(Nonce from) const;

  private:
    using Runs = std::map<Nonce, Nonce>; ///< first → one past the last; with a gap between any two
    /// The run that `nonce` is in; end() where it is in none.
    Runs::const_iterator run_of(Nonce nonce) const;
    Runs runs_;
};

} // namespace cairn::net
