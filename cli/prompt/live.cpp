#include <base/utf8.hpp>
#include <cli/commands/support.hpp>
#include <cli/prompt/live.hpp>
#include <cli/script/interpreter.hpp>
#include <cli/script/live_settings.hpp>
#include <cli/session.hpp>
#include <transport/core.hpp>
#include <wallet/contacts.hpp>
#include <wallet/wallet_directory.hpp>

#include <algorithm>
#include <filesystem>

namespace cairn::cli {

namespace {

using Words = std::vector<std::string>;

constexpr std::uint32_t most_ids = 20;    // of the wallet's history, and of documents
constexpr std::size_t most_files = 1'000; // of a folder

void add(Words& words, Words more) {
    words.insert(words.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// The tip and a few below it, for a person who looks for a recent block.
Words heights(Session& session) {
    constexpr std::uint32_t few = 5;
    const auto tip = session.core().read([](const net::Node& node) { return node.chain().height().value; });
    Words words;
    for (std::uint32_t back = 0; back < few && back <= tip; ++back)
        words.push_back(std::to_string(tip - back));
    return words;
}

Words documents(Session& session) {
    const auto found =
        session.core().read([](const net::Node& node) { return node.chain().all_documents(most_ids); });
    Words words;
    for (const auto& at : found) words.push_back(at.tx.id().hex());
    return words;
}

Words peers(Session& session, bool numbers) {
    const auto all = session.core().read([](const net::Node& node) { return node.peers(); });
    Words words;
    for (const auto& peer : all) {
        if (!peer.ready) continue;
        words.push_back(peer.name.empty() ? net::to_text(peer.at) : peer.name);
        if (numbers) words.push_back(std::to_string(peer.id.value));
    }
    return words;
}

Words refused(Session& session) {
    Words words;
    for (auto& one : session.core().read([](const net::Node& node) { return node.refused(); }))
        words.push_back(std::move(one.name));
    return words;
}

} // namespace

Words files_that_begin(const std::string& start) {
    namespace fs = std::filesystem;
    const auto slash = start.rfind('/');
    const std::string folder = slash == std::string::npos ? std::string() : start.substr(0, slash + 1);
    const std::string name = start.substr(folder.size());
    Words words;
    std::error_code error;
    for (fs::directory_iterator at(folder.empty() ? fs::path(".") : fs::path(folder), error), end;
         !error && at != end && words.size() < most_files; at.increment(error)) {
        auto found = at->path().filename().string();
        const bool hidden = found[0] == '.' && (name.empty() || name[0] != '.');
        // what would be escaped to be shown cannot be typed either
        if (hidden || found.compare(0, name.size(), name) != 0 || !is_utf8(found) ||
            std::any_of(found.begin(), found.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
            continue;
        std::error_code unreadable;
        if (at->is_directory(unreadable)) found += '/';
        words.push_back(folder + found);
    }
    std::sort(words.begin(), words.end());
    return words;
}

Words Live::values(Kind kind, const Place& place) {
    Words words;
    switch (kind) {
    case Kind::recipient:
        add(words, session_.wallets().names());
        add(words, values(Kind::contact, place));
        // an address is offered to who begins to type one
        if (place.word.compare(0, session_.prefix().size(), session_.prefix()) == 0) add(words, addresses());
        break;
    case Kind::wallet:
        return session_.wallets().names();
    case Kind::contact:
        if (const auto contacts = session_.contacts())
            for (const auto& contact : (*contacts)->all()) words.push_back(contact.name);
        break;
    case Kind::address:
    case Kind::some_address:
        return addresses();
    case Kind::txid:
    case Kind::hash:
        return transactions(place.spec != nullptr &&
                            (place.spec->path == "tx bump" || place.spec->path == "tx cancel"));
    case Kind::document:
        return documents(session_);
    case Kind::branch:
        for (const auto& held :
             session_.core().read([](const net::Node& node) { return node.chain().held(); }))
            words.push_back(held.tip.hex());
        break;
    case Kind::height:
    case Kind::block:
        return heights(session_);
    case Kind::peer:
        return peers(session_, true);
    case Kind::refused_peer:
        return refused(session_);
    case Kind::endpoint:
        return peers(session_, false);
    case Kind::file:
    case Kind::out_file:
        return files_that_begin(place.word);
    case Kind::setting:
        return settings(place, false);
    case Kind::setting_value:
        return settings(place, true);
    default:
        break;
    }
    return words;
}

Words Live::settings(const Place& place, bool values) {
    const auto& variables = session_.variables();
    Words words;
    if (!values) {
        for (const auto& setting : live_settings()) words.emplace_back(setting.key);
        for (const auto& [key, value] : variables)
            if (key != "_") words.push_back(key);
        return words;
    }
    const std::string* key = place.find("key");
    if (!key) return words;
    if (const auto* setting = live_setting(*key)) return setting->choices;
    if (const auto found = variables.find(*key); found != variables.end()) words.push_back(found->second);
    return words;
}

/// Those that wait, then the latest of the current wallet where they are of use.
Words Live::transactions(bool waiting_alone) {
    std::vector<crypto::Address> own;
    if (const auto wallet = session_.current_wallet())
        for (const auto& each : (*wallet)->addresses()) own.push_back(each.address);
    return session_.core().read([&own, waiting_alone](const net::Node& node) {
        Words ids;
        const auto keep = [&ids](const TxId& id) {
            if (std::find(ids.begin(), ids.end(), id.hex()) == ids.end()) ids.push_back(id.hex());
        };
        for (const auto& tx : node.own_pending()) keep(tx.id());
        if (waiting_alone) return ids;
        for (const auto& address : own)
            for (const auto& entry : node.chain().history(address, most_ids, Time{}))
                if (entry.txid) keep(*entry.txid);
        return ids;
    });
}

/// Of the own wallets, then of contacts.
Words Live::addresses() {
    Words words;
    for (const auto& name : session_.wallets().names())
        if (const auto wallet = session_.wallet(name))
            for (const auto& each : (*wallet)->addresses()) words.push_back(session_.to_text(each.address));
    if (const auto contacts = session_.contacts())
        for (const auto& contact : (*contacts)->all()) words.push_back(session_.to_text(contact.address));
    return words;
}

const Known& Live::known() {
    if (known_) return *known_;
    Known known;
    known.context = {session_.prefix(), session_.ticker()};
    known.tip = session_.core().read([](const net::Node& node) { return node.chain().height().value; });
    known.wallets = session_.wallets().names();
    for (const auto& name : known.wallets)
        if (const auto wallet = session_.wallet(name))
            for (const auto& each : (*wallet)->addresses())
                known.owners.emplace(each.address, "wallet " + name);
    if (const auto contacts = session_.contacts()) {
        for (const auto& contact : (*contacts)->all()) {
            known.contacts.push_back(contact.name);
            known.owners.insert_or_assign(contact.address, "contact " + contact.name);
        }
    }
    known.available = [this](const std::string& wallet) { return available(wallet); };
    known_ = std::move(known);
    return *known_;
}

std::optional<Amount> Live::available(const std::string& wallet) {
    if (const auto found = available_.find(wallet); found != available_.end()) return found->second;
    std::optional<Amount> sum;
    const auto names = session_.wallets().names();
    const bool exists = wallet.empty() || std::find(names.begin(), names.end(), wallet) != names.end();
    const auto opened = wallet.empty() ? session_.current_wallet() : session_.wallet(exists ? wallet : "");
    if (opened) {
        const auto owner = owner_of(**opened);
        sum = session_.core().read(
            [&](const net::Node& node) { return balance_of(node, owner.addresses).available(); });
    }
    available_.emplace(wallet, sum);
    return sum;
}

void Live::forget() {
    known_.reset();
    available_.clear();
}

} // namespace cairn::cli
