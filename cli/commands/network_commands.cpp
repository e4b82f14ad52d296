// network: the parameters that make one network different from another.
#include <cli/commands/commands.hpp>
#include <cli/commands/files.hpp>
#include <cli/commands/support.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <filesystem>

namespace cairn::cli {
namespace {

using boost::json::object;
using consensus::Parameters;

// --- show ---

Reply run_show(Session& session, const Args&) {
    const auto& network = session.network();
    const auto& p = network.parameters();
    Answer answer;
    answer.data = object{{"id", network.id().hex()},
                         {"header", to_hex(encode(network.genesis().head.header))},
                         {"parameters", boost::json::parse(consensus::to_json(p))},
                         {"max_supply", to_text(network.max_supply())}};
    answer.view.fields({{"network", Cell{p.name, Tone::strong}},
                        {"genesis", network.id().hex()},
                        {"ticker", p.ticker},
                        {"addresses", p.prefix + "1…"},
                        {"interval", std::to_string(p.interval_ms) + " ms"},
                        {"half-life", p.half_life_ms == 0 ? "none: the target never changes"
                                                          : std::to_string(p.half_life_ms) + " ms"},
                        {"first target", compact_hex(p.initial_target)},
                        {"subsidy", with_ticker(session, p.subsidy) + ", halved every " +
                                        std::to_string(p.halving) + " blocks"},
                        {"at most", with_ticker(session, network.max_supply())},
                        {"block", std::to_string(p.max_block_bytes) + " bytes, " +
                                      std::to_string(p.max_block_txs) + " transactions"},
                        {"allocations", std::to_string(p.allocations.size())},
                        {"began", to_rfc3339(p.time)},
                        {"message", p.message}});
    return answer;
}

// --- new ---

Expected<Amount> read_coins(std::string_view argument, const std::string& text, const std::string& ticker) {
    const auto amount = amount_from_text(text, ticker);
    if (!amount)
        return failure(Exit::usage, "bad_amount", std::string(argument) + ": " + describe(amount.error()));
    return *amount;
}

Expected<CompactTarget> read_target(std::string_view argument, const std::string& text) {
    std::uint32_t bits = 0;
    const bool prefixed = text.starts_with("0x");
    const char* first = text.data() + (prefixed ? 2 : 0);
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(first, last, bits, 16);
    if (!prefixed || error != std::errc() || end != last || first == last)
        return bad_argument(argument, "a compact target is 0x and 8 hex digits");
    return CompactTarget{bits};
}

/// ADDRESS=AMOUNT, of the new network.
Expected<void> add_allocation(Parameters& parameters, const std::string& text) {
    const auto sign = text.find('=');
    if (sign == std::string::npos) return bad_argument("--allocation", "ADDRESS=AMOUNT is expected");
    auto address = read_value(Kind::address, "--allocation", text.substr(0, sign), {},
                              {parameters.prefix, parameters.ticker});
    if (!address) return fail(std::move(address.error()));
    const auto amount = read_coins("--allocation", text.substr(sign + 1), parameters.ticker);
    if (!amount) return fail(amount.error());
    parameters.allocations.push_back({std::get<crypto::Address>(*address), *amount});
    return {};
}

/// PUBLICKEY=AMOUNT
Expected<void> add_staker(Parameters& parameters, const std::string& text) {
    const auto sign = text.find('=');
    const auto key = sign == std::string::npos ? std::nullopt : array_from_hex<32>(text.substr(0, sign));
    if (!key) return bad_argument("--staker", "PUBLICKEY=AMOUNT is expected, the key as 64 hex digits");
    const auto amount = read_coins("--staker", text.substr(sign + 1), parameters.ticker);
    if (!amount) return fail(amount.error());
    parameters.stakers.push_back({crypto::PublicKey{*key}, *amount});
    return {};
}

Expected<void> take_amounts_and_targets(Parameters& p, const Args& args) {
    const auto amount = [&](const char* name, Amount& into) -> Expected<void> {
        if (!args.has(name)) return {};
        const auto read = read_coins(name, args.text(name), p.ticker);
        if (!read) return fail(read.error());
        into = *read;
        return {};
    };
    const auto target = [&](const char* name, CompactTarget& into) -> Expected<void> {
        if (!args.has(name)) return {};
        const auto read = read_target(name, args.text(name));
        if (!read) return fail(read.error());
        into = *read;
        return {};
    };
    if (auto done = amount("--subsidy", p.subsidy); !done) return done;
    if (auto done = amount("--min-new-account", p.min_new_account); !done) return done;
    if (auto done = target("--limit", p.limit); !done) return done;
    if (auto done = target("--initial-target", p.initial_target); !done) return done;
    for (const auto& text : args.all("--allocation"))
        if (auto done = add_allocation(p, text); !done) return done;
    for (const auto& text : args.all("--staker"))
        if (auto done = add_staker(p, text); !done) return done;
    return {};
}

/// Main's, but for what the line says, its own name and a time of now.
Expected<Parameters> parameters_of(Session& session, const Args& args) {
    Parameters p = consensus::main_network().parameters();
    p.name = args.text_or("--name", std::filesystem::path(args.text("file")).stem().string());
    p.ticker = args.text_or("--ticker", p.ticker);
    p.prefix = args.text_or("--prefix", p.prefix);
    p.message = args.text_or("--message", "");
    p.time = args.has("--time") ? args.date("--time") : session.now();
    if (args.text_or("--consensus", "work") == "stake") p.consensus = SealKind::stake;
    p.interval_ms = args.number_or("--interval", p.interval_ms);
    p.half_life_ms = args.number_or("--half-life", p.half_life_ms);
    p.halving = args.number_or("--halving", p.halving);
    p.max_block_bytes = args.number_or("--max-block-bytes", p.max_block_bytes);
    p.max_block_txs = args.number_or("--max-block-txs", p.max_block_txs);
    p.max_future_ms = args.number_or("--max-future", p.max_future_ms);
    p.allocations.clear();
    p.stakers.clear();
    if (auto done = take_amounts_and_targets(p, args); !done) return fail(std::move(done.error()));
    return p;
}

Reply run_new(Session& session, const Args& args) {
    const auto parameters = parameters_of(session, args);
    if (!parameters) return fail(parameters.error());
    const auto network = consensus::Network::make(*parameters);
    if (!network)
        return failure(Exit::usage, "bad_parameter", network.error().key + ": " + network.error().why);
    auto text = consensus::to_json(*parameters);
    if (!text.ends_with('\n')) text += '\n';
    if (auto written = write_whole(args.text("file"), as_bytes(text)); !written)
        return fail(std::move(written.error()));
    Answer answer;
    answer.data = object{{"file", args.text("file")},
                         {"id", network->id().hex()},
                         {"name", parameters->name},
                         {"parameters", boost::json::parse(text)}};
    answer.view.line(
        {"Wrote the network " + parameters->name + " to " + args.text("file") + ".", Tone::good});
    answer.view.line("genesis " + network->id().hex());
    answer.view.line("Everybody who joins needs this very file: `cairn --network " + args.text("file") + "`");
    return answer;
}

std::vector<Option> parameter_options() {
    auto allocation =
        option("--allocation", "ADDRESS=AMOUNT", Kind::text, "coins that are there from the start");
    allocation.repeats = true;
    auto staker = option("--staker", "KEY=AMOUNT", Kind::text, "a stake that is there from the start");
    staker.repeats = true;
    return {option("--name", "N", Kind::text, "the network's name (the file's)"),
            option("--ticker", "T", Kind::text, "the coin's short name"),
            option("--prefix", "P", Kind::text, "of addresses"),
            choice("--consensus", {"work", "stake"}, "who may make blocks (work)"),
            option("--interval", "S", Kind::duration, "between blocks; a bare number is seconds"),
            option("--half-life", "S", Kind::duration, "of the difficulty; 0: it never changes"),
            option("--limit", "TARGET", Kind::text, "the easiest target, compact: 0x20ffffff"),
            option("--initial-target", "TARGET", Kind::text, "of the first blocks, compact"),
            option("--subsidy", "A", Kind::text, "new coins a block"),
            option("--halving", "BLOCKS", Kind::number, "after so many blocks the subsidy is halved"),
            option("--max-block-bytes", "N", Kind::number, "of a block"),
            option("--max-block-txs", "N", Kind::number, "transactions in a block"),
            option("--max-future", "S", Kind::duration, "how far ahead a block's time may be; 0: no bound"),
            option("--min-new-account", "A", Kind::text, "least first payment to an address"),
            std::move(allocation),
            std::move(staker),
            option("--time", "DATE", Kind::date, "of the genesis (now)"),
            option("--message", "TEXT", Kind::text, "in the genesis, for everybody to read")};
}

} // namespace

void add_network_commands(CommandTree& tree) {
    tree.describe_group("network", "the parameters that all nodes share");
    tree.add({.path = "network show",
              .summary = "this network's genesis and parameters",
              .needs = Needs::network,
              .run = run_show,
              .examples = {"network show"}});
    tree.add({.path = "network new",
              .summary = "write the parameters of a network of your own",
              .needs = Needs::nothing,
              .positionals = {{"file", Kind::out_file, "a new file"}},
              .options = parameter_options(),
              .run = run_new,
              .details = "What is not given is as on main.",
              .examples = {"network new club.json --name club --ticker CLB --interval 30"}});
    tree.set_default("network", "network show");
}

} // namespace cairn::cli
