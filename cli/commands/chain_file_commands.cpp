// chain verify, export, and their neighbour import (chain_import.cpp): the whole chain, block by block.
#include <cli/commands/chain_file.hpp>
#include <cli/commands/chain_import.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/replay.hpp>
#include <cli/progress.hpp>

#include <chrono>

namespace cairn::cli {
namespace {

using boost::json::object;

// --- verify ---

Failure reorganised_meanwhile() {
    return Failure{"reorganised", Exit::failed, "the chain was reorganised meanwhile", "try again", {}};
}

/// Of `verify`: the same as an answer that is "no".
Answer verdict(const Failure& failure) {
    Answer answer;
    answer.data = failure.extra;
    answer.view.line({failure.message, Tone::bad});
    answer.remarks.push_back(failure.hint);
    answer.exit = failure.exit;
    answer.no_code = failure.code;
    answer.no_message = failure.message;
    return answer;
}

Failure not_valid(Height height, const std::string& rule, const std::string& message) {
    Failure out{"invalid_chain",
                Exit::damaged,
                "block " + std::to_string(height.value) + " does not hold: " + message + " (" + rule + ")",
                "the stored chain is not what was accepted: `chain import` of a sound copy into a new data "
                "directory makes it good",
                {}};
    out.extra["valid"] = false;
    out.extra["height"] = height.value;
    out.extra["rule"] = rule;
    return out;
}

Reply run_verify(Session& session, const Args& args) {
    constexpr unsigned attempts = 3; // where a reorganisation comes between
    const bool full = args.has("--full");
    const auto began = std::chrono::steady_clock::now();
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        const auto last = session.core().read([](const net::Node& node) { return node.chain().height(); });
        chain::Verifier verifier = fresh_verifier(session);
        const auto result = replay(session, verifier, last, {full, "Verifying"});
        if (!result) return fail(result.error());
        if (result->moved) continue;
        if (result->damage)
            return verdict(not_valid(result->damage->height, "stored_record", result->damage->message));
        if (result->failure)
            return verdict(
                not_valid(result->failure->height, result->failure->rule, result->failure->message));
        if (const auto wrong = verifier.check_supply())
            return verdict(not_valid(wrong->height, wrong->rule, wrong->message));
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
        const auto milliseconds = static_cast<std::uint64_t>(seconds.count() * 1'000);
        Answer answer;
        answer.data = object{{"valid", true},
                             {"blocks", verifier.height().value},
                             {"transactions", verifier.transactions()},
                             {"signatures", result->signatures},
                             {"seconds", static_cast<double>(milliseconds) / 1'000},
                             {"height", verifier.height().value},
                             {"tip", verifier.tip().hex()},
                             {"issued", to_text(verifier.issued())}};
        answer.view.line({"Valid: " + counted(verifier.height().value, "block") + ", " +
                              counted(verifier.transactions(), "transaction") + ", " +
                              counted(result->signatures, "signature") + " checked, " +
                              with_ticker(session, verifier.issued()) + " issued and accounted for.",
                          Tone::good});
        if (!full) answer.remarks.emplace_back("signatures were not checked again: --full does");
        return answer;
    }
    return fail(reorganised_meanwhile());
}

// --- export ---

Reply run_export(Session& session, const Args& args) {
    const auto& path = args.text("file");
    auto file = OutputFile::create(path);
    if (!file) return fail(std::move(file.error()));
    if (auto head = file->write(as_bytes(chain_file_head(session.network().id()))); !head)
        return fail(std::move(head.error()));
    const auto last = session.core().read([](const net::Node& node) { return node.chain().height(); });
    const ProgressScope shown(session.progress(), "Exporting", "blocks", last.value);
    const auto stop = session.stop();
    std::uint64_t bytes = chain_file_head(session.network().id()).size();
    BlockId before = session.network().id();
    for (std::uint32_t next = 1; next <= last.value;) {
        const auto raw = read_raw(session, Height{next}, last, before);
        if (raw.moved) return fail(reorganised_meanwhile());
        for (std::size_t i = 0; i < raw.blocks.size(); ++i) {
            if (stop.stop_requested())
                return fail(session.stopped_at("after " + std::to_string(next - 1 + i) + " of " +
                                               counted(last.value, "block") + ", and " + path +
                                               " was not written"));
            const auto record = chain_file_record(raw.blocks[i]);
            if (auto written = file->write(record); !written) return fail(std::move(written.error()));
            bytes += record.size();
        }
        if (raw.damage) return fail(not_valid(raw.damage->height, "stored_record", raw.damage->message));
        next += static_cast<std::uint32_t>(raw.blocks.size());
        if (!raw.blocks.empty()) before = raw.last;
        session.progress().update(next - 1);
    }
    if (auto done = file->commit(); !done) return fail(std::move(done.error()));
    Answer answer;
    answer.data = object{{"file", path},
                         {"blocks", last.value},
                         {"bytes", bytes},
                         {"genesis", session.network().id().hex()},
                         {"tip", before.hex()}};
    answer.view.line("Wrote " + counted(last.value, "block") + ", " + counted(bytes, "byte") + ", to " +
                     path + ".");
    return answer;
}

} // namespace

void add_chain_file_commands(CommandTree& tree) {
    tree.add(
        {.path = "chain verify",
         .summary = "judge every stored block anew",
         .options = {flag("--full", "check all signatures again, too")},
         .run = run_verify,
         .details =
             "Replays the chain from its genesis with nothing but the raw blocks: all rules, the roots of "
             "every block, and at the end the sum of all balances. A failure names the height and the "
             "rule, with exit code 11.",
         .examples = {"chain verify", "chain verify --full"}});
    tree.add({.path = "chain export",
              .summary = "write the whole chain to a file",
              .positionals = {{"file", Kind::out_file, "a new one"}},
              .run = run_export,
              .examples = {"chain export club.chain"}});
    tree.add({.path = "chain import",
              .summary = "take blocks from a file",
              .positionals = {{"file", Kind::file, "what `chain export` wrote"}},
              .run = run_import,
              .details = "Known blocks are passed over, so an import that was stopped goes on where it was.",
              .examples = {"chain import club.chain"}});
}

} // namespace cairn::cli
