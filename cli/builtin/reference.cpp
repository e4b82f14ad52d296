// What every command promises to answer: the fields of its data and its own exit codes. One table, beside the
// commands as the contract is read; help, the man page and the guide show it, and tests hold each record of
// the program to it.
#include <cli/builtin/builtins.hpp>

namespace cairn::cli {

namespace {

struct Promise {
    const char* path;
    std::string data;
    std::vector<ExitReason> exits{};
};

constexpr ExitReason name_taken{Exit::failed, "the name is taken"};
constexpr ExitReason file_exists{Exit::failed, "the file exists already, or cannot be written"};
constexpr ExitReason no_wallet{Exit::not_found, "no such wallet, or no current one"};
constexpr ExitReason no_password{Exit::locked, "the password is missing or wrong"};
constexpr ExitReason no_yes{Exit::declined, "declined, or --yes is missing where nobody can be asked"};
constexpr ExitReason broken_rule{Exit::rejected, "a rule or the balance forbids it"};

// The fields that several commands share.
std::string identity() { return "name address public_key"; }
std::string amounts() { return "confirmed pending available ticker"; }
std::string transaction() {
    return "txid type from to amount fee nonce memo time status confirmations height block block_time "
           "outputs:[{to amount memo}] expiry size document?:{sha256 size title inline}";
}
std::string payment() { return "from to amount fee nonce"; }
std::string peer() { return "id address direction height latency_ms agent score since kept"; }
std::string parameters() {
    return "parameters:{name ticker prefix consensus interval_ms half_life_ms limit initial_target subsidy "
           "halving "
           "max_block_bytes max_block_txs max_future_ms min_new_account allocations:[{address amount}] "
           "stakers:[{key amount}] time message}";
}
std::string command_line() { return "command usage summary"; }

std::vector<Promise> of_wallets() {
    return {
        {"wallet new", identity() + " mnemonic", {name_taken, no_password}},
        {"wallet restore",
         identity() + " addresses",
         {name_taken, {Exit::usage, "the words are no mnemonic"}, no_password}},
        {"wallet import", identity(), {name_taken, {Exit::not_found, "there is no such file"}, no_password}},
        {"wallet export",
         "name? address? file? words? public_key? pem?",
         {file_exists, no_wallet, no_password}},
        {"wallet list", "wallets:[{name address locked current protected addresses error?}]"},
        {"wallet use", "name address", {no_wallet}},
        {"wallet show",
         identity() + " kind addresses protected locked current created file",
         {no_wallet, {Exit::damaged, "the wallet's file is damaged"}}},
        {"wallet rename", "name was", {name_taken, no_wallet}},
        {"wallet remove", "name address", {no_wallet, no_yes}},
        {"wallet backup", "name file", {file_exists, no_wallet}},
        {"wallet lock", "name locked", {no_wallet}},
        {"wallet unlock", "name locked for_ms?", {no_wallet, no_password}},
        {"wallet password", "name protected", {no_wallet, no_password}},
        {"address new", "wallet address public_key index label", {no_wallet, no_password}},
        {"address list", "addresses:[{index address public_key label confirmed}] wallet", {no_wallet}},
        {"address show", "address name label uri known balance nonce", {no_wallet}},
        {"address check",
         "address valid network? reason? message? position?",
         {{Exit::failed, "it is not an address of this network"}}},
        {"contacts add", "name address", {name_taken, no_yes}},
        {"contacts list", "contacts:[{name address}]"},
        {"contacts show", "name address", {{Exit::not_found, "there is no such contact"}}},
        {"contacts rename", "name was", {name_taken, {Exit::not_found, "there is no such contact"}}},
        {"contacts remove", "name", {{Exit::not_found, "there is no such contact"}}},
    };
}

std::vector<Promise> of_payments() {
    constexpr ExitReason no_tx{Exit::not_found, "there is no such transaction"};
    constexpr ExitReason no_recipient{Exit::not_found, "no such contact, wallet or file"};
    return {
        {"balance",
         "wallet address " + amounts() + " balances?:[{wallet address " + amounts() +
             " error?}] height? points?:[{time balance}]",
         {{Exit::not_found, "no such wallet or height"}, {Exit::damaged, "a wallet's file is damaged"}}},
        {"send",
         "txid " + payment() + " status memo wallet " +
             "outputs?:[{to amount memo}] transfers?:[{txid? from amount fee nonce status? outputs:[{to "
             "amount "
             "memo}]}] total? total_fee? rows?:[{line to amount memo status errors:[{code message}]}] "
             "needed? "
             "available? missing?",
         {broken_rule, no_recipient, no_password, {Exit::timeout, "--wait was not met in time"}, no_yes}},
        {"tx show", transaction(), {no_tx}},
        {"tx list", "transactions:[{" + transaction() + "}]", {no_wallet}},
        {"tx bump", transaction() + " replaced", {broken_rule, no_tx, no_password}},
        {"tx cancel", "cancelled txid", {broken_rule, no_tx, no_password}},
        {"tx build", payment() + " memo file", {file_exists, broken_rule, no_recipient}},
        {"tx sign",
         payment() + " memo txid file",
         {file_exists,
          {Exit::not_found, "no wallet here can sign it, or no such file"},
          no_password,
          no_yes}},
        {"tx broadcast", transaction(), {broken_rule, {Exit::not_found, "there is no such file"}}},
        {"history",
         "entries:[{time height txid direction counterparty name amount fee memo balance status}] "
         "wallet address file?",
         {file_exists, no_wallet}},
        {"mempool show", "transactions:[{" + transaction() + "}] count bytes"},
        {"mempool status", "count bytes waiting least_units_per_byte"},
        {"fee show", "low normal high bytes units_per_byte:{low normal high} ticker"},
        {"document add",
         "txid sha256 size title inline from fee nonce status",
         {broken_rule, {Exit::not_found, "there is no such file"}, no_password}},
        {"document list", "documents:[{txid sha256 title inline size height time from confirmations}]"},
        {"document show",
         transaction() + " sha256 title file?",
         {file_exists, {Exit::not_found, "no such document, or its content is not on the chain"}}},
        {"document verify",
         "found txid height time sha256 size title? from? confirmations? times_stored?",
         {{Exit::failed, "no block holds a document of this content"},
          {Exit::not_found, "there is no such file"}}},
        {"message sign", "address signature text", {no_wallet, no_password}},
        {"message verify",
         "valid address",
         {{Exit::failed, "the signature is not of this address and this text"}}},
    };
}

std::vector<Promise> of_blocks() {
    constexpr ExitReason no_height{Exit::not_found, "there is no such height"};
    return {
        {"mine",
         "blocks:[{height id txs reward attempts}] hashrate stopped",
         {no_wallet, {Exit::interrupted, "stopped by Ctrl-C; the blocks that were found are kept"}}},
        {"mine start", "running threads to", {no_wallet}},
        {"mine stop", "running was_running"},
        {"mine status", "running threads hashrate blocks to difficulty hashrates:[] difficulties:[]"},
        {"mine preview",
         "height parent producer difficulty target size txs fees reward transactions:[{" + transaction() +
             "}]",
         {no_wallet}},
        {"chain show", "blocks:[{height id time txs producer difficulty size}]", {no_height}},
        {"chain status",
         "network height tip time difficulty work state_root mempool peers synced held:[{tip height depth}] "
         "issued accounts genesis"},
        {"chain graph", "blocks:[{height id parent active time txs}]"},
        {"chain verify",
         "valid blocks transactions signatures seconds height tip issued rule?",
         {{Exit::damaged, "a block breaks a rule: its height and the rule are named"}}},
        {"chain reorgs", "reorgs:[{time depth from to}]"},
        {"chain accept",
         "tip height depth",
         {broken_rule, {Exit::not_found, "no branch with that tip is held"}, no_yes}},
        {"chain export", "file blocks bytes genesis tip", {file_exists}},
        {"chain import",
         "file blocks new known height tip",
         {{Exit::failed, "the file is of another network, or is no chain"},
          {Exit::rejected, "a block of the file breaks a rule"},
          {Exit::not_found, "there is no such file"}}},
        {"block show",
         "height id parent time producer tx_root state_root history_root target difficulty nonce size "
         "confirmations active work txs transactions:[{" +
             transaction() + "}] valid? checks?:[{name ok}]",
         {{Exit::not_found, "there is no such block"}, {Exit::damaged, "--verify found a rule broken"}}},
        {"events",
         "events:[{event time height? id? txs? depth? from? to? tip? txid? direction? amount? counterparty? "
         "fee? "
         "memo? wallet? block?}]",
         {{Exit::interrupted, "Ctrl-C ended --follow"}}},
    };
}

std::vector<Promise> of_nodes() {
    constexpr ExitReason no_peer{Exit::not_found, "there is no such peer"};
    return {
        {"peers add",
         peer(),
         {{Exit::failed, "it is connected under another name"},
          {Exit::network, "it cannot be reached, is of another network, or refuses"}}},
        {"peers list", "peers:[{" + peer() + "}]"},
        {"peers show", peer(), {no_peer}},
        {"peers remove", "peer", {no_peer}},
        {"peers ban", "peer", {no_peer}},
        {"peers unban", "peer", {no_peer}},
        {"node status", "listen network version peers height synced uptime_s best_height"},
        {"node listen",
         "listen",
         {{Exit::network, "the port is taken, or the address is not of this machine"}}},
        {"node sync",
         "synced height best_height peers",
         {{Exit::network, "with --wait: every peer of --connect is given up"}}},
        {"network show", "id header " + parameters() + " max_supply"},
        {"network new", "file id name " + parameters(), {file_exists}},
    };
}

std::vector<Promise> of_scripts() {
    return {
        {"set", "key? value? variables?:[{key value}]", {{Exit::not_found, "the variable is not set"}}},
        {"unset", "key", {{Exit::not_found, "the variable is not set"}}},
        {"alias", "name? command? aliases?:[{name command}]", {{Exit::failed, "the name is a command's"}}},
        {"run", "file", {{Exit::not_found, "there is no such file; else as the line that failed"}}},
        {"record", "recording file?", {{Exit::not_found, "there is no such directory"}}},
        {"echo", "text"},
        {"sleep", "ms"},
        {"wait", "condition actual waited_ms", {{Exit::timeout, "it did not hold in time"}}},
        {"assert", "condition actual", {{Exit::assertion, "it does not hold"}}},
        {"expect", "cmd exit code? data?:{}", {{Exit::assertion, "the command ended with another code"}}},
        {"watch", "times", {{Exit::interrupted, "Ctrl-C ended it; else as the command that failed"}}},
        {"help",
         "commands?:[{" + command_line() +
             "}] command? usage? summary? details? arguments?:[{name help required}] " +
             "options?:[{name value help}] examples?:[] data? exits?:[{exit when}]",
         {{Exit::usage, "there is no such command"}}},
        {"apropos", "commands:[{" + command_line() + "}]"},
        {"version", "version"},
        {"clear", ""},
        {"completions", "text"},
        {"man", "text? pages?:[]", {{Exit::failed, "with --guide: the directory cannot be written"}}},
        {"exit", "", {{Exit::ok, "or CODE"}}},
    };
}

} // namespace

void add_promises(CommandTree& tree) {
    for (const auto& table : {of_wallets(), of_payments(), of_blocks(), of_nodes(), of_scripts()})
        for (const auto& promise : table) tree.promise(promise.path, promise.data, promise.exits);
}

} // namespace cairn::cli
