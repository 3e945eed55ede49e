using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core.Tests;

public sealed class AuditLogTests : AccessHarness
{
    private const string Unprotected = """
        DROP TRIGGER audit_log_is_never_changed;
        DROP TRIGGER audit_log_is_never_shortened;
        DROP TRIGGER audit_log_grows_at_its_end;
        """;

    [Fact]
    public async Task Change_is_written_down_before_and_after()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Operator, Agents = ["here"] });

        List<AuditEntry> entries = await AuditAsync();

        Assert.Equal([AuditOutcome.Done, AuditOutcome.Begun], entries.Select(entry => entry.Outcome));
        Assert.Equal([1, null], entries.Select(entry => entry.Begun));
        Assert.All(entries, entry => Assert.Equal(
            (CallerKind.LocalAdministrator, "uid 0", "local", "Users.Create", "user anna: Operator for agent here"),
            (entry.CallerKind, entry.Caller, entry.Origin, entry.Action, entry.Target)));
    }

    [Fact]
    public async Task Failure_is_written_down_with_its_code()
    {
        await FailsAsync(ErrorCode.UserNotFound, () => Local.Users.RemoveAsync(new UserReference("nobody"), Token));

        AuditEntry entry = (await AuditAsync())[0];

        Assert.Equal((AuditOutcome.Failed, ErrorCode.UserNotFound, 1L), (entry.Outcome, entry.Error!.Value, entry.Begun!.Value));
    }

    [Fact]
    public async Task Server_that_stops_writes_down_who_stopped_it_and_answers_before_it_closes()
    {
        Task stopping = Task.CompletedTask;
        OnStopRequest = () =>
        {
            stopping = Server.DisposeAsync().AsTask();

            // Time enough to close everything under the call, if nothing waited for it.
            Task.WaitAny([stopping], 1000, Token);
        };

        await Local.ServerInfo.StopAsync(new StopServerRequest(), Token);
        await stopping.WaitAsync(Token);

        await using SqliteCatalog catalog = await OpenCatalogAsync();
        List<AuditRecord> entries = await catalog.Audit.ListAsync(0, long.MaxValue, Token).ToListAsync(Token);
        Assert.Equal([("ServerInfo.Stop", AuditOutcome.Begun), ("ServerInfo.Stop", AuditOutcome.Done)], entries.Select(entry => (entry.Action, entry.Outcome)));
    }

    [Fact]
    public async Task Nothing_is_done_that_cannot_be_written_down()
    {
        Tamper("CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no space'); END");

        await Assert.ThrowsAsync<HandyBackupException>(() => AddUserAsync("anna"));

        Tamper("DROP TRIGGER full");
        Assert.Empty(await Local.Users.ListAsync(new UserQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Looking_is_not_written_down()
    {
        await Local.ServerInfo.GetStatusAsync(Token);
        await Local.Users.ListAsync(new UserQuery(), Token).CountAsync(Token);

        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task Strangers_first_refused_call_of_a_connection_is_written_down()
    {
        PanelConnection stranger = await ConnectRemotelyAsync();
        for (int i = 0; i < 5; i++)
        {
            await FailsAsync(ErrorCode.LoginNeeded, () => stranger.ServerInfo.GetStatusAsync(Token));
        }

        Assert.Single(await AuditAsync());
    }

    [Fact]
    public async Task Entries_are_found_by_what_they_say()
    {
        await AddUserAsync("anna");
        await AddUserAsync("bert");
        await LogInAsync("anna");

        Assert.Equal(5, (await AuditAsync()).Count);
        Assert.Equal(2, (await AuditAsync(new AuditQuery { Target = "*bert*" })).Count);
        Assert.Equal("Login.Login", Assert.Single(await AuditAsync(new AuditQuery { Caller = "ANNA" })).Action);
        Assert.Equal([4, 2], (await AuditAsync(new AuditQuery { Action = "Users.*", Outcome = AuditOutcome.Done })).Select(entry => entry.Number));
        Assert.Equal(5, Assert.Single(await AuditAsync(new AuditQuery { Last = 1 })).Number);
        Assert.Empty(await AuditAsync(new AuditQuery { Since = Time.GetUtcNow().AddHours(1) }));
        Assert.Empty(await AuditAsync(new AuditQuery { Before = Time.GetUtcNow().AddHours(-1) }));
        await FailsAsync(ErrorCode.InvalidArgument, () => AuditAsync(new AuditQuery { Last = 0 }));
    }

    [Fact]
    public async Task Sound_log_is_found_sound_also_after_a_restart()
    {
        AuditVerification empty = await VerifyAsync();
        await MakeEntriesAsync();
        AuditVerification before = await VerifyAsync();
        await RestartAsync();

        AuditVerification after = await Server.Receive(PanelOrigin.Local("uid 0")).Services.AuditLog
            .VerifyAsync(new VerifyAuditRequest { Number = before.Number, Hash = before.Hash }, Token);

        Assert.Equal((true, 0L, 0L, ""), (empty.IsSound, empty.Entries, empty.Number, empty.Hash));
        Assert.Equal((true, 6L, 6L), (before.IsSound, before.Entries, before.Number));
        Assert.Equal((true, before.Hash), (after.IsSound, after.Hash));
    }

    [Theory]
    [InlineData("UPDATE audit_log SET caller = 'somebody else' WHERE number = 3", "Entry 3 was altered")]
    [InlineData("UPDATE audit_log SET target = 'user berta' WHERE number = 3", "Entry 3 was altered")]
    [InlineData("UPDATE audit_log SET time = time + 1 WHERE number = 1", "Entry 1 was altered")]
    [InlineData("UPDATE audit_log SET outcome = 'Refused' WHERE number = 4", "Entry 4 was altered")]
    [InlineData("UPDATE audit_log SET outcome = 'Nonsense' WHERE number = 4", "Entry 4 was altered")]
    [InlineData("UPDATE audit_log SET error = 1410, begun = 77 WHERE number = 6", "Entry 6 was altered")]
    [InlineData("UPDATE audit_log SET time = 'x', hash = x'00' WHERE number = 2", "Entry 2 was altered")]
    [InlineData("DELETE FROM audit_log WHERE number = 3", "Entries 3 to 3 are missing")]
    [InlineData("DELETE FROM audit_log WHERE number <= 2", "Entries 1 to 2 are missing")]
    [InlineData("DELETE FROM audit_log WHERE number >= 5", "Entries 5 to 6 are missing at the end")]
    [InlineData("DELETE FROM audit_log", "Entries 1 to 6 are missing at the end")]
    [InlineData("UPDATE audit_log SET number = number + 10 WHERE number >= 4; UPDATE audit_log SET number = 5 WHERE number = 14", "missing")]
    [InlineData("UPDATE audit_log SET number = 100 WHERE number = 2; UPDATE audit_log SET number = 2 WHERE number = 3; UPDATE audit_log SET number = 3 WHERE number = 100", "Entry 2 was altered")]
    [InlineData("INSERT INTO audit_log SELECT 7, time, caller_kind, caller, origin, action, target, outcome, error, begun, hash FROM audit_log WHERE number = 6", "Entry 7 ")]
    [InlineData("INSERT INTO audit_log SELECT -1, time, caller_kind, caller, origin, action, target, outcome, error, begun, hash FROM audit_log WHERE number = 6", "Entry -1 was inserted")]
    [InlineData("DELETE FROM settings WHERE name = 'audit-log-newest'", "seal")]
    [InlineData("UPDATE settings SET value = x'01' WHERE name = 'audit-log-newest'", "seal")]
    public async Task Tampering_is_found_and_stays_found_when_the_log_goes_on(string sql, string finding)
    {
        await MakeEntriesAsync();

        Tamper(Unprotected + sql);

        AuditVerification verification = await VerifyAsync();
        Assert.False(verification.IsSound);
        Assert.Contains(verification.Findings, found => found.Contains(finding, StringComparison.Ordinal));
        await AddUserAsync("later");
        Assert.False((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task New_chain_over_an_altered_log_does_not_end_in_the_seal()
    {
        await MakeEntriesAsync();
        Tamper(Unprotected + "UPDATE audit_log SET caller = 'nobody at all' WHERE number = 1");
        await RehashAsync();

        AuditVerification verification = await VerifyAsync();

        Assert.Equal("Entry 6 is not the one that this server wrote last.", Assert.Single(verification.Findings));
    }

    [Fact]
    public async Task Whole_older_log_is_found_by_a_note_that_was_kept_elsewhere()
    {
        await AddUserAsync("first");
        byte[] older = await SealAsync();
        await MakeEntriesAsync();
        AuditVerification noted = await VerifyAsync();
        Tamper(Unprotected + $"DELETE FROM audit_log WHERE number > 2; UPDATE settings SET value = x'{Convert.ToHexString(older)}' WHERE name = 'audit-log-newest'");

        Assert.True((await VerifyAsync()).IsSound);
        AuditVerification compared = await Local.AuditLog.VerifyAsync(new VerifyAuditRequest { Number = noted.Number, Hash = noted.Hash }, Token);

        Assert.Equal($"Entry {noted.Number}, which was noted, is missing.", Assert.Single(compared.Findings));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.AuditLog.VerifyAsync(new VerifyAuditRequest { Number = 1 }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.AuditLog.VerifyAsync(new VerifyAuditRequest { Number = 1, Hash = "x" }, Token));
    }

    [Fact]
    public async Task Entries_of_many_at_once_are_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AddUserAsync($"user {i}")));

        AuditVerification verification = await VerifyAsync();

        Assert.Equal((true, 80L), (verification.IsSound, verification.Entries));
    }

    private Task<AuditVerification> VerifyAsync() => Local.AuditLog.VerifyAsync(new VerifyAuditRequest(), Token);

    private async Task MakeEntriesAsync()
    {
        foreach (string name in (string[])["anna", "bert", "carl"])
        {
            await AddUserAsync(name);
        }
    }

    private async Task<byte[]> SealAsync()
    {
        await using Catalog.SqliteCatalog catalog = await OpenCatalogAsync();
        return (await catalog.Audit.FindNewestAsync(Token)).Proof!;
    }

    // What somebody can do who may write the catalog and knows how hashes are made, and does not have the server's key.
    private async Task RehashAsync()
    {
        await using Catalog.SqliteCatalog catalog = await OpenCatalogAsync();
        Sha256Hash hash = default;
        foreach (Catalog.AuditRecord entry in await catalog.Audit.ListAsync(0, long.MaxValue, Token).ToListAsync(Token))
        {
            hash = AuditChain.HashOf(hash, entry);
            Tamper($"UPDATE audit_log SET hash = x'{hash}' WHERE number = {entry.Number}");
        }
    }
}
