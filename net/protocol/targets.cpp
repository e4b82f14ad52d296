#include <protocol/targets.hpp>

#include <algorithm>
#include <utility>

namespace cairn::net {
namespace {

/// An address as a resolver takes it: without brackets and port.
std::string host_of(const Endpoint& at) {
    std::string text = to_text(at);
    text.resize(text.rfind(':'));
    return text.front() == '[' ? text.substr(1, text.size() - 2) : text;
}

} // namespace

std::string Target::name() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Targets::add(Target target, Instant now) {
    const std::string name = target.name();
    if (entries_.contains(name) || entries_.size() >= max_targets) return false;
    Entry entry;
    entry.target = std::move(target);
    entry.next_ms = now.steady_ms;
    entries_.emplace(name, std::move(entry));
    return true;
}

std::optional<Target> Targets::remove(const std::string& name) {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return std::nullopt;
    if (found->second.dial) names_.erase(*found->second.dial);
    Target out = std::move(found->second.target);
    entries_.erase(found);
    return out;
}

bool Targets::has(const std::string& name) const { return entries_.contains(name); }

Target* Targets::find(const std::string& name) {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second.target;
}

std::optional<DialId> Targets::dial_of(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? std::nullopt : found->second.dial;
}

void Targets::hasten(const std::string& name, Instant now) {
    if (const auto found = entries_.find(name); found != entries_.end())
        found->second.next_ms = std::min(found->second.next_ms, now.steady_ms);
}

std::vector<Target> Targets::targets() const {
    std::vector<Target> out;
    out.reserve(entries_.size());
    for (const auto& [name, entry] : entries_) out.push_back(entry.target);
    return out;
}

Dial Targets::dial_once(const Endpoint& at) {
    const DialId id{++last_dial_};
    once_.emplace(id, at);
    return {id, host_of(at), at.port};
}

std::optional<Endpoint> Targets::once(DialId dial) const {
    const auto found = once_.find(dial);
    return found == once_.end() ? std::nullopt : std::optional(found->second);
}

Dial Targets::dial_to_confirm(const Endpoint& at, PeerId whose) {
    const DialId id{++last_dial_};
    confirming_.emplace(id, whose);
    return {id, host_of(at), at.port};
}

std::optional<PeerId> Targets::confirms(DialId dial) const {
    const auto found = confirming_.find(dial);
    return found == confirming_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Endpoint> Targets::places() const {
    std::vector<Endpoint> out;
    out.reserve(once_.size() + names_.size());
    for (const auto& [dial, at] : once_) out.push_back(at);
    for (const auto& [dial, name] : names_)
        if (const auto at = parse_endpoint(name)) out.push_back(*at);
    return out;
}

std::vector<Dial> Targets::due(Instant now) {
    std::vector<Dial> out;
    for (auto& [name, entry] : entries_) {
        if (entry.dial || entry.next_ms > now.steady_ms) continue;
        entry.dial = DialId{++last_dial_};
        names_.emplace(*entry.dial, name);
        out.push_back({*entry.dial, entry.target.host, entry.target.port});
    }
    return out;
}

Target* Targets::target_of(DialId dial) {
    const auto name = names_.find(dial);
    return name == names_.end() ? nullptr : &entries_.at(name->second).target;
}

void Targets::succeeded(DialId dial, Instant now) {
    const auto name = names_.find(dial);
    if (name == names_.end()) return;
    Entry& entry = entries_.at(name->second);
    entry.since_ms = now.steady_ms;
    entry.tried = true;
}

void Targets::proved(DialId dial) {
    const auto name = names_.find(dial);
    if (name != names_.end()) entries_.at(name->second).pause_ms = first_pause_ms;
}

void Targets::ended(DialId dial, Instant now, Random& random) {
    once_.erase(dial);
    confirming_.erase(dial);
    const auto name = names_.find(dial);
    if (name == names_.end()) return;
    Entry& entry = entries_.at(name->second);
    names_.erase(name);
    entry.dial.reset();
    entry.tried = true;
    const auto since = std::exchange(entry.since_ms, std::nullopt);
    if (since && now.steady_ms >= *since + lasting_ms) entry.pause_ms = first_pause_ms;
    entry.next_ms = now.steady_ms + entry.pause_ms + random.below(entry.pause_ms / 2);
    entry.pause_ms = std::min(2 * entry.pause_ms, longest_pause_ms);
}

bool Targets::is_trying_first() const {
    return std::any_of(entries_.begin(), entries_.end(), [](const auto& one) { return !one.second.tried; });
}

bool Targets::any_under_way() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& one) { return one.second.dial.has_value(); });
}

std::optional<std::uint64_t> Targets::wake_at() const {
    std::optional<std::uint64_t> out;
    for (const auto& [name, entry] : entries_)
        if (!entry.dial && (!out || entry.next_ms < *out)) out = entry.next_ms;
    return out;
}

} // namespace cairn::net
