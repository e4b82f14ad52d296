// The peers that the launch names: which of them were greeted in this run, and what the user has been told of
// the others. Decides nothing: whom the node seeks is targets.hpp's. Owned by the node.
#pragma once

#include <protocol/io.hpp>

#include <map>
#include <optional>
#include <string>

namespace cairn::net {

class LaunchPeers {
  public:
    /// By HOST:PORT, here and below. What is not of the launch is passed over there.
    void add(const std::string& name);
    void forget(const std::string& name);
    /// Both have said HELLO.
    void greeted(const std::string& name);
    /// An attempt failed. What is to be told of it: the first failure before it was greeted, and giving up.
    std::optional<PeerFailed> failed(const std::string& name, const PeerRefusal& why, bool given_up);

    /// None was greeted yet, and at least one is still sought.
    bool is_awaiting() const;
    /// None was greeted, and all were given up: the first of them.
    std::optional<PeerFailed> refused() const;

  private:
    struct Entry {
        bool greeted = false;
        bool told = false;
        std::optional<PeerRefusal> given_up;
    };
    bool none_greeted() const;
    std::map<std::string, Entry> entries_;
};

} // namespace cairn::net
