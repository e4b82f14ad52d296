#include <cli/args.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::cli {

const Args::Entry* Args::find(std::string_view name) const {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == name; });
    return found == entries_.end() ? nullptr : &*found;
}

const Args::Entry& Args::at(std::string_view name) const {
    const Entry* entry = find(name);
    if (!entry) throw std::logic_error("argument not given: " + std::string(name));
    return *entry;
}

const std::string& Args::text(std::string_view name) const { return at(name).text; }

std::string Args::text_or(std::string_view name, const std::string& fallback) const {
    const Entry* entry = find(name);
    return entry ? entry->text : fallback;
}

std::uint64_t Args::number(std::string_view name) const { return std::get<std::uint64_t>(at(name).value); }

std::uint64_t Args::number_or(std::string_view name, std::uint64_t fallback) const {
    const Entry* entry = find(name);
    return entry ? std::get<std::uint64_t>(entry->value) : fallback;
}

Amount Args::amount(std::string_view name) const { return std::get<Amount>(at(name).value); }

const crypto::Address& Args::address(std::string_view name) const {
    return std::get<crypto::Address>(at(name).value);
}

Time Args::date(std::string_view name) const { return std::get<Time>(at(name).value); }

std::vector<std::string> Args::all(std::string_view name) const {
    std::vector<std::string> texts;
    for (const Entry& entry : entries_)
        if (entry.name == name) texts.push_back(entry.text);
    return texts;
}

} // namespace cairn::cli
