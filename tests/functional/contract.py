"""The contract of the command line as tables: every command with its options, and one script that uses all.

The table is that of the design; the script is what test_contract.py carries out. {home} is the directory of
the test, {peer} where another node of the network listens, {branch} a file with a branch that is held, {tip}
its tip, {self} the address of the words in {home}/words, {key} its public key, {yard} the address of the
same words on the network yard.
"""

import re

# Each command and the options that it promises.
COMMANDS = """
wallet new --words --no-password
wallet restore --mnemonic-file
wallet import --pem
wallet export --pem --mnemonic --public
wallet list
wallet use
wallet show
wallet rename
wallet remove
wallet backup
wallet lock
wallet unlock --for
wallet password
address new --label
address list
address show --qr
address check
contacts add
contacts list
contacts show
contacts rename
contacts remove
balance --all --at --graph
send --from --fee --priority --memo --dry-run --wait --yes --file
tx show
tx list --pending
tx bump --fee
tx cancel
tx build --out
tx sign --out
tx broadcast
history --confirmed --since --limit --csv
document add --inline --title
document list
document show --out
document verify
message sign
message verify
mine --to
mine start --threads
mine stop
mine status
mine preview
mempool show
mempool status
fee show
chain show --last --from
chain status
chain graph --last
chain verify --full
chain reorgs
chain accept
chain export
chain import
block show --verify
peers add
peers list
peers show
peers remove
peers ban --for
peers unban
node status
node listen
node sync --wait
network show
network new --name --ticker --interval
events --follow --since
set
unset
alias
run
record
echo
sleep
wait --timeout
assert
expect
watch --interval
help
apropos
version
clear
completions
man
exit
"""

# The fields that are fixed, of the answers that have some.
FIXED = """
wallet new: name address public_key mnemonic
wallet list: wallets:[{name address locked current}]
balance: wallet address confirmed pending available ticker
send: txid from to amount fee nonce status
tx show: txid type from to amount fee nonce memo time status confirmations height block outputs:[{to amount}]
tx list: transactions:[{txid type from to amount fee nonce memo time status confirmations height block}]
mempool show: transactions:[{txid type from to amount fee nonce memo time status confirmations}] count bytes
history: entries:[{time height txid direction counterparty amount fee memo balance}]
mine: blocks:[{height id txs reward attempts}] hashrate
mine status: running threads hashrate blocks
chain status: network height tip time difficulty work state_root mempool peers synced held:[{}]
chain show: blocks:[{height id time txs producer difficulty size}]
block show: height id parent time producer tx_root state_root history_root target difficulty nonce size
block show: confirmations transactions:[{txid}] valid? checks?:[{name ok}]
chain verify: valid blocks transactions signatures seconds
document add: txid sha256 size title
document verify: found txid height time
peers list: peers:[{id address direction height latency_ms agent score since}]
node status: listen network version peers height synced uptime_s
network show: id header parameters:{}
chain reorgs: reorgs:[{time depth from to}]
"""

SCRIPT = """
# --- wallets ---
wallet new alice --words 12 --no-password
wallet new bob --no-password
wallet new safe
wallet restore known --mnemonic-file {home}/words --addresses 2 --no-password
wallet export alice --pem {home}/alice.pem
wallet export known --pem {home}/known.pem --address {self}
wallet export alice --mnemonic
wallet export alice --public
wallet import twin --pem {home}/alice.pem --no-password
wallet list
wallet
wallet use alice
wallet show
wallet show safe
wallet rename twin again
wallet remove again --yes
wallet backup {home}/backup.wallet
wallet unlock safe --for 10m
wallet lock safe
wallet lock
wallet unlock safe
wallet password safe --no-password
wallet password safe --new-password-file {home}/new
wallet use alice

# --- addresses and contacts ---
address new --label savings
address list
address show
address show {self} --qr
address check {self}
- address check nonsense
contacts add carol {self}
contacts list
contacts show carol
contacts rename carol caroline
contacts remove caroline

# --- blocks and payments ---
mine 3
mine
mine --to bob
mine status
mine start --threads 1 --to bob
mine status
mine stop
mine preview
mine preview --to bob
balance
balance bob
balance --all
balance --at 2
balance --graph
send bob 1.5 --memo "rent, May" --dry-run
send bob 1.5 --memo "rent, May"
set paid $_
tx show ${{paid}}
tx list --pending
tx list --limit 1
tx bump ${{paid}} --fee 0.01
tx cancel $_
send bob 1 --from alice --fee 0.001 --yes
send bob 1 --priority high
send --file {home}/pay.csv
send --file {home}/pay.csv --dry-run
mempool show
mempool status
mempool
fee show
fee
mine start
send bob 1 --wait
send bob 1 --wait 2
mine stop
tx build bob 2 --from alice --fee 0.001 --memo offline --out {home}/p1
tx build bob 2 --priority low --nonce 99 --out {home}/p2
tx sign {home}/p1 --out {home}/s1
tx broadcast {home}/s1
mine
history
history bob --limit 2
history --confirmed --since 2020-01-01
history --csv {home}/history.csv

# --- documents and messages ---
document add {home}/words --title "The words" --from alice
document add {home}/pay.csv --inline --fee 0.01
set inline $_
document add {home}/new --priority high
mine
document list --limit 5
document list
document show ${{inline}}
document show ${{inline}} --out {home}/copy
document verify {home}/words
- document verify {home}/alice.pem
message sign "I owe bob 5" --wallet known
message sign "I owe bob 5" --address {self} --wallet known
message verify {self} {signature} "I owe bob 5"
- message verify {self} {signature} "I owe bob 6"

# --- the chain ---
chain show
chain show --last 2
chain show --from 3
chain status
chain
chain graph
chain graph --last 3
chain verify
chain verify --full
chain reorgs
chain export {home}/chain
chain import {home}/chain
chain import {branch}
chain status
chain accept {tip} --yes
chain reorgs
block show tip
block show 1 --verify
events --since 2020-01-01 --limit 3
events

# --- other nodes ---
node status
node listen auto
node status
node listen off
node sync
peers add {peer}
node sync --wait
peers list
peers show {peer}
peers ban {peer} --for 1m
peers unban {peer}
peers add {peer}
peers remove {peer}
peers
network show
network new {home}/club.json --name club --ticker CLB --prefix clb --interval 30s --consensus work \\
  --half-life 600s --limit 0x20ffffff --initial-target 0x20ffffff --subsidy 5 --halving 1000 \\
  --max-block-bytes 100000 --max-block-txs 100 --max-future 60s --min-new-account 0.001 \\
  --time 2026-01-01T00:00:00Z --message "For the club"
network new {home}/yard.json --name yard --prefix yard --allocation {yard}=10
- network new {home}/none.json --consensus stake --staker {key}=5

# --- the language ---
set rent 12.5
set rent
set
set output json
unset output
unset rent
alias b = balance
alias
b bob
run {home}/more.cairn
record {home}/recorded
echo hello "big world"
record off
sleep 1ms
wait height >= 1 --timeout 10s
wait synced
assert balance:bob >= 0
assert synced
expect 3 -- send bob 1000000
expect insufficient_funds -- send bob 1000000
expect 0 -- balance
watch -n 0.1 --times 2 balance
watch --interval 100ms --times 1 balance
help
help send
help mine
help wallet
apropos fee
version
clear
completions bash
completions zsh
completions fish
man
man --guide {home}/pages
exit 0
"""


def promised():
    """{path: options} of COMMANDS."""
    table = {}
    for line in COMMANDS.split("\n"):
        words = line.split()
        path = " ".join(word for word in words if not word.startswith("--"))
        if path:
            table[path] = [word for word in words if word.startswith("--")]
    return table


def fixed():
    """(path, fields) of FIXED."""
    return [(path, fields(text)) for path, text in re.findall(r"^([a-z ]+): (.*)$", FIXED, re.MULTILINE)]


def fields(text):
    """The notation of `data` in help as {name: (always, what)}: what is None, a dict, or [dict]."""
    tokens = re.findall(r"[\w/]+\??:?|\[\{|\}\]|\[\]|\{|\}", text)
    assert "".join(tokens) == re.sub(r"\s", "", text), text

    def read():
        found = {}
        while tokens and tokens[0] not in ("}", "}]"):
            name = tokens.pop(0)
            what = None
            if name.endswith(":"):
                opening = tokens.pop(0)
                if opening == "[]":
                    what = []
                else:
                    inner = read()
                    tokens.pop(0)
                    what = [inner] if opening == "[{" else inner
            name = name.rstrip(":")
            found[name.rstrip("?")] = (not name.endswith("?"), what)
        return found

    return read()
