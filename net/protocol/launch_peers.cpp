#include <protocol/launch_peers.hpp>

#include <algorithm>

namespace cairn::net {

void LaunchPeers::add(const std::string& name) { entries_.try_emplace(name); }
void LaunchPeers::forget(const std::string& name) { entries_.erase(name); }

void LaunchPeers::greeted(const std::string& name) {
    if (const auto found = entries_.find(name); found != entries_.end()) found->second.greeted = true;
}

std::optional<PeerFailed> LaunchPeers::failed(const std::string& name, const PeerRefusal& why,
                                              bool given_up) {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return std::nullopt;
    Entry& entry = found->second;
    const bool is_news = given_up ? !entry.given_up : !entry.greeted && !entry.told;
    if (!is_news) return std::nullopt;
    entry.told = true;
    if (given_up) entry.given_up = why;
    return PeerFailed{name, why, given_up};
}

bool LaunchPeers::none_greeted() const {
    return std::none_of(entries_.begin(), entries_.end(), [](const auto& one) { return one.second.greeted; });
}

bool LaunchPeers::is_awaiting() const {
    return none_greeted() && std::any_of(entries_.begin(), entries_.end(),
                                         [](const auto& one) { return !one.second.given_up; });
}

std::optional<PeerFailed> LaunchPeers::refused() const {
    if (entries_.empty() || !none_greeted() || is_awaiting()) return std::nullopt;
    const auto& [name, entry] = *entries_.begin();
    return PeerFailed{name, *entry.given_up, true};
}

} // namespace cairn::net
