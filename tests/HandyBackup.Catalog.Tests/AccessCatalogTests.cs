using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog.Tests;

public sealed class AccessCatalogTests : CatalogFixture
{
    private static readonly GrantRecord s_grant = new() { Role = Role.Operator, Agents = [Guid.NewGuid()], Groups = [Guid.NewGuid()], Repositories = [new string('a', 64)] };

    [Fact]
    public async Task User_survives_reopening_with_every_property()
    {
        UserRecord user = User("Anna") with
        {
            Description = "Accounts",
            IsEnabled = false,
            PasswordHash = "$argon2id$x",
            CertificateFingerprint = new string('A', 64),
            CodeSecret = [1, 2],
            PendingCodeSecret = [3],
            Grants = [s_grant],
            LastLogin = Samples.Time.AddDays(2),
        };
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.Users.AddAsync(user, Token);
            await catalog.Users.AddAsync(User("bert"), Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equivalent(user, await reopened.Users.FindAsync("ANNA", Token), strict: true);
        Assert.Equivalent(user, await reopened.Users.FindAsync(user.Id, Token), strict: true);
        Assert.Equal("Anna", (await reopened.Users.FindByCertificateAsync(new string('A', 64), Token))!.Name);
        Assert.Null(await reopened.Users.FindByCertificateAsync(new string('B', 64), Token));
        Assert.Equal(["Anna", "bert"], await reopened.Users.ListAsync(Token).Select(found => found.Name).ToListAsync(Token));
    }

    [Fact]
    public async Task Name_and_certificate_belong_to_one_user()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        UserRecord anna = User("anna") with { CertificateFingerprint = new string('A', 64) };
        UserRecord bert = User("bert");
        await catalog.Users.AddAsync(anna, Token);
        await catalog.Users.AddAsync(bert, Token);

        HandyBackupException[] refusals =
        [
            await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Users.AddAsync(User("ANNA"), Token)),
            await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Users.ChangeAsync(bert.Id, user => user with { Name = "Anna" }, Token)),
            await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Users.ChangeAsync(bert.Id, user => user with { CertificateFingerprint = new string('A', 64) }, Token)),
        ];

        Assert.All(refusals, refusal => Assert.Equal((ErrorCode.UserExists, "anna"), (refusal.Code, refusal.Target)));
        Assert.Equal("ANNA", (await catalog.Users.ChangeAsync(anna.Id, user => user with { Name = "ANNA" }, Token))!.Name);
    }

    [Fact]
    public async Task Code_is_used_once_and_no_earlier_one_after_it()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        UserRecord user = User("anna");
        await catalog.Users.AddAsync(user, Token);

        bool[] atOnce = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => catalog.Users.UseCodeAsync(user.Id, 10, Token), Token)));

        Assert.Single(atOnce, used => used);
        Assert.False(await catalog.Users.UseCodeAsync(user.Id, 9, Token));
        await catalog.Users.ChangeAsync(user.Id, known => known with { Description = "x" }, Token);
        Assert.False(await catalog.Users.UseCodeAsync(user.Id, 10, Token));
        Assert.True(await catalog.Users.UseCodeAsync(user.Id, 11, Token));
        Assert.False(await catalog.Users.UseCodeAsync(Guid.NewGuid(), 11, Token));
    }

    [Fact]
    public async Task Codes_of_all_who_have_some_are_used_up_together()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        UserRecord anna = User("anna") with { CodeSecret = [1] };
        UserRecord later = User("later") with { CodeSecret = [2] };
        UserRecord none = User("none") with { CodeSecret = null };
        foreach (UserRecord user in (UserRecord[])[anna, later, none])
        {
            await catalog.Users.AddAsync(user, Token);
        }

        Assert.True(await catalog.Users.UseCodeAsync(later.Id, 20, Token));

        Assert.Equal(1, await catalog.Users.UseUpCodesAsync(10, Token));

        Assert.False(await catalog.Users.UseCodeAsync(anna.Id, 10, Token));
        Assert.True(await catalog.Users.UseCodeAsync(anna.Id, 11, Token));
        Assert.False(await catalog.Users.UseCodeAsync(later.Id, 20, Token));
    }

    [Fact]
    public async Task Change_of_the_newest_state_loses_none()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        UserRecord user = User("anna");
        await catalog.Users.AddAsync(user, Token);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => catalog.Users.ChangeAsync(user.Id, known => known with { Grants = [.. known.Grants, s_grant] }, Token), Token)));

        Assert.Equal(20, (await catalog.Users.FindAsync(user.Id, Token))!.Grants.Count);
        Assert.True(await catalog.Users.RemoveAsync(user.Id, Token));
        Assert.False(await catalog.Users.RemoveAsync(user.Id, Token));
        Assert.Null(await catalog.Users.ChangeAsync(user.Id, known => known, Token));
    }

    [Fact]
    public async Task Token_survives_reopening_and_is_removed_by_its_name()
    {
        var token = new ApiTokenRecord
        {
            Id = "0011223344556677",
            Name = "Nightly",
            Description = "x",
            SecretHash = Sha256Hash.Parse(new string('c', 64)),
            Grants = [s_grant],
            Created = Samples.Time,
            Expires = Samples.Time.AddDays(1),
        };
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.ApiTokens.AddAsync(token, Token);
            await catalog.ApiTokens.SetLoginAsync(token.Id, Samples.Time.AddHours(1), Token);
            HandyBackupException taken = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.ApiTokens.AddAsync(token with { Id = "ff", Name = "NIGHTLY" }, Token));
            Assert.Equal((ErrorCode.ApiTokenExists, "Nightly"), (taken.Code, taken.Target));
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equivalent(token with { LastLogin = Samples.Time.AddHours(1) }, await reopened.ApiTokens.FindAsync(token.Id, Token), strict: true);
        Assert.Equal(token.Id, await reopened.ApiTokens.RemoveAsync("nightly", Token));
        Assert.Null(await reopened.ApiTokens.RemoveAsync("nightly", Token));
        Assert.Empty(await reopened.ApiTokens.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Request_is_there_until_it_expires_and_taken_once()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RemovalRequestRecord request = Removal(Samples.Time);
        await catalog.RemovalRequests.AddAsync(request, Token);

        Assert.Equal(request, await catalog.RemovalRequests.FindAsync(request.Request.Id, Samples.Time, Token));
        Assert.Null(await catalog.RemovalRequests.FindAsync(request.Request.Id, request.Request.Expires, Token));
        Assert.Empty(await catalog.RemovalRequests.ListAsync(request.Request.Expires, Token).ToListAsync(Token));
        bool[] taken = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => catalog.RemovalRequests.TakeAsync(request.Request.Id, Token), Token)));
        Assert.Single(taken, won => won);
    }

    [Fact]
    public async Task Requests_are_dropped_together()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.RemovalRequests.AddAsync(Removal(Samples.Time), Token);
        await catalog.RemovalRequests.AddAsync(Removal(Samples.Time), Token);

        Assert.Equal(2, await catalog.RemovalRequests.DropAllAsync(Token));

        Assert.Empty(await catalog.RemovalRequests.ListAsync(Samples.Time, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Expired_request_is_forgotten_with_the_next()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RemovalRequestRecord old = Removal(Samples.Time);
        await catalog.RemovalRequests.AddAsync(old, Token);

        await catalog.RemovalRequests.AddAsync(Removal(old.Request.Expires), Token);

        Assert.False(await catalog.RemovalRequests.TakeAsync(old.Request.Id, Token));
    }

    [Fact]
    public async Task Audit_entries_are_listed_in_order_beyond_one_page()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        for (int i = 1; i <= 1101; i++)
        {
            int number = i;
            await catalog.Audit.AppendAsync((newest, _) => (Entry((newest?.Number ?? 0) + 1), [(byte)number]), Token);
        }

        Assert.Equal(Enumerable.Range(1, 1101).Select(i => (long)i), await catalog.Audit.ListAsync(0, long.MaxValue, Token).Select(entry => entry.Number).ToListAsync(Token));
        Assert.Equal([3, 4], await catalog.Audit.ListAsync(2, 4, Token).Select(entry => entry.Number).ToListAsync(Token));
        Assert.Equal(Enumerable.Range(1, 1101).Reverse().Select(i => (long)i), await catalog.Audit.ListNewestAsync(null, null, Token).Select(entry => entry.Number).ToListAsync(Token));
        Assert.Equal(
            [7, 6], await catalog.Audit.ListNewestAsync(Samples.Time.AddSeconds(6), Samples.Time.AddSeconds(8), Token).Select(entry => entry.Number).ToListAsync(Token));
        (AuditRecord? last, byte[]? proof) = await catalog.Audit.FindNewestAsync(Token);
        Assert.Equal((Entry(1101), (byte)(1101 & 255)), (last, Assert.Single(proof!)));
    }

    [Theory]
    [InlineData("UPDATE audit_log SET caller = 'x'", "never changed")]
    [InlineData("DELETE FROM audit_log", "never removed")]
    [InlineData("INSERT INTO audit_log SELECT 1, time, caller_kind, caller, origin, action, target, outcome, error, begun, hash FROM audit_log WHERE number = 2", "at its end")]
    [InlineData("INSERT OR REPLACE INTO audit_log SELECT 2, time, 'x', caller, origin, action, target, outcome, error, begun, hash FROM audit_log WHERE number = 2", "at its end")]
    public async Task Database_refuses_to_change_the_audit_log(string sql, string reason)
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Audit.AppendAsync((_, _) => (Entry(2), []), Token);

        SqliteException refusal = Assert.Throws<SqliteException>(() => Execute(sql));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Entry(2), Assert.Single(await catalog.Audit.ListAsync(0, long.MaxValue, Token).ToListAsync(Token)));
    }

    [Fact]
    public async Task Entry_and_proof_are_written_both_or_neither()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Audit.AppendAsync((_, _) => (Entry(1), [1]), Token);

        await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Audit.AppendAsync((_, _) => (Entry(1), [2]), Token));

        Assert.Equal([1], (await catalog.Audit.FindNewestAsync(Token)).Proof!);
    }

    private static UserRecord User(string name) => new() { Id = Guid.NewGuid(), Name = name, Created = Samples.Time, Changed = Samples.Time.AddHours(1) };

    private static RemovalRequestRecord Removal(DateTimeOffset time) => new(
        new RemovalRequest { Id = Guid.NewGuid(), Kind = RemovalKind.RemoveRepository, Target = "main", RequestedBy = "anna", Requested = time, Expires = time.AddDays(3) },
        "{}",
        CallerKind.User,
        Guid.NewGuid().ToString());

    private static AuditRecord Entry(long number) => new()
    {
        Number = number,
        Time = Samples.Time.AddSeconds(number),
        CallerKind = CallerKind.User,
        Caller = "anna",
        Origin = "192.0.2.1",
        Action = "Users.Create",
        Target = "user bert",
        Outcome = AuditOutcome.Failed,
        Error = ErrorCode.UserExists,
        Begun = number - 1,
        Hash = Sha256Hash.Parse(new string('d', 64)),
    };
}
