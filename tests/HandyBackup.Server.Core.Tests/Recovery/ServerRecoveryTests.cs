using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using OtpNet;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A server that is saved over a panel's connection, and restored elsewhere.</summary>
public sealed class ServerRecoveryTests : AccessHarness
{
    private static readonly Secret s_password = Secret("another long password");

    [Fact]
    public async Task Restored_server_knows_everything_and_goes_on()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        SnapshotReference before = await BackUpAsync();
        await AddUserAsync("anna", new Grant { Role = Role.Operator });

        string file = await SaveAsync();
        SnapshotReference after = await BackUpAsync();
        await Server.DisposeAsync();
        ServerRestoration restored = await RestoreAsync(file, Restored);
        Server = await StartServerAsync(dataPath: Restored);

        Assert.Equal((Restored, null, 0, 0), (restored.DataPath, restored.KeptAside, restored.RevokedTokens, restored.DroppedRemovals));
        Assert.Equal((DataPath, 1, 1, 1, 1), (restored.Backup.DataPath, restored.Backup.Repositories, restored.Backup.Tasks, restored.Backup.Agents, restored.Backup.Users));
        Assert.Equal(["--listen", "*"], restored.Backup.StartOptions);

        // A snapshot that was made after the saving is in the repository, and so it is there.
        List<SnapshotInfo> snapshots = await Server.Snapshots.ListAsync(new SnapshotQuery(), Token).ToListAsync(Token);
        Assert.Equal([before.Id, after.Id], snapshots.Select(snapshot => snapshot.Id.ToString()).Order(Comparer<string>.Create((a, b) => a == before.Id ? -1 : 1)));
        await BackUpAsync();
        Assert.Equal("anna", (await (await LogInAsync("anna")).Login.GetCallerAsync(Token)).Name);
    }

    [Fact]
    public async Task Server_works_while_it_is_saved_and_leaves_no_copy()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        await using IAsyncEnumerator<ServerBackupPart> parts = Local.ServerInfo.BackUpAsync(Request, Token).GetAsyncEnumerator(Token);
        Assert.True(await parts.MoveNextAsync());
        Assert.NotNull(parts.Current.Backup);

        await BackUpAsync();
        while (await parts.MoveNextAsync())
        {
            Assert.Null(parts.Current.Backup);
            Assert.InRange(parts.Current.Content.Length, 1, 128 * 1024);
        }

        Assert.False(Directory.Exists(Path.Join(DataPath, "saving")));
    }

    [Fact]
    public async Task Whoever_stops_listening_leaves_nothing_behind_and_the_next_is_served()
    {
        await using (IAsyncEnumerator<ServerBackupPart> parts = Local.ServerInfo.BackUpAsync(Request, Token).GetAsyncEnumerator(Token))
        {
            Assert.True(await parts.MoveNextAsync());
        }

        await ServerRecovery.VerifyAsync(await SaveAsync(), s_password, Token);

        Assert.False(Directory.Exists(Path.Join(DataPath, "saving")));
        List<AuditEntry> entries = await AuditAsync(new AuditQuery { Action = "ServerInfo.BackUp" });
        Assert.Equal(AuditOutcome.Done, entries[0].Outcome);
        Assert.Equal(4, entries.Count);
    }

    [Fact]
    public async Task Weak_password_is_refused_and_written_down()
    {
        await FailsAsync(ErrorCode.PasswordTooWeak, async () => await Local.ServerInfo.BackUpAsync(new BackUpServerRequest { Password = Secret("short") }, Token).CountAsync(Token));

        Assert.Equal(AuditOutcome.Failed, (await AuditAsync(new AuditQuery { Action = "ServerInfo.BackUp" }))[0].Outcome);
    }

    [Fact]
    public async Task Only_administrators_of_everything_save_a_server()
    {
        await CreateRepositoryAsync();
        await AddUserAsync("olga", new Grant { Role = Role.Administrator });
        await AddUserAsync("nora", new Grant { Role = Role.Administrator, Repositories = ["main"] });
        await AddUserAsync("otto", new Grant { Role = Role.Operator });

        Assert.True(await (await LogInAsync("olga")).ServerInfo.BackUpAsync(Request, Token).AnyAsync(Token));
        foreach (string user in (string[])["nora", "otto"])
        {
            PanelConnection connection = await LogInAsync(user);
            await FailsAsync(ErrorCode.AccessRefused, async () => await connection.ServerInfo.BackUpAsync(Request, Token).CountAsync(Token));
        }
    }

    [Fact]
    public async Task What_was_used_after_the_saving_is_not_good_again()
    {
        NewEnrollmentToken token = await Server.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), Token);
        await AddUserAsync("anna");
        PanelConnection anna = await LogInAsync("anna");
        byte[] secret = Base32Encoding.ToBytes((await anna.Login.PrepareOneTimeCodeAsync(Token)).Secret.Value);
        await anna.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(Secret(CodeOf(secret))), Token);
        string file = await SaveAsync();
        Time.Ahead += TimeSpan.FromMinutes(2);
        string used = CodeOf(secret);
        await (await ConnectRemotelyAsync()).Login.LoginAsync(Login("anna", code: used), Token);
        await Server.DisposeAsync();

        ServerRestoration restored = await RestoreAsync(file, Restored);
        Server = await StartServerAsync(dataPath: Restored);

        Assert.Equal(1, restored.RevokedTokens);
        EnrollmentTokenInfo listed = Assert.Single(await Server.EnrollmentTokens.ListAsync(Token).ToListAsync(Token));
        Assert.Equal((token.Info.Id, true), (listed.Id, listed.Revoked is not null));
        PanelConnection panel = await ConnectRemotelyAsync();
        await FailsAsync(ErrorCode.LoginRefused, () => panel.Login.LoginAsync(Login("anna", code: used), Token));
        Time.Ahead += TimeSpan.FromMinutes(2);
        await (await ConnectRemotelyAsync()).Login.LoginAsync(Login("anna", code: CodeOf(secret)), Token);
    }

    [Fact]
    public async Task Restoration_is_in_the_audit_log_which_is_sound()
    {
        await AddUserAsync("anna");
        string file = await SaveAsync();
        AuditVerification noted = await VerifyAuditAsync();
        await Server.DisposeAsync();

        await RestoreAsync(file, Restored);
        Server = await StartServerAsync(dataPath: Restored);

        PanelServices services = Server.Receive(PanelOrigin.Local("uid 0")).Services;
        AuditEntry entry = await services.AuditLog.ListAsync(new AuditQuery(), Token).FirstAsync(Token);
        Assert.Equal(("ServerInfo.Restore", "uid 7", AuditOutcome.Done), (entry.Action, entry.Caller, entry.Outcome));
        Assert.StartsWith($"server of {Environment.MachineName} as of ", entry.Target, StringComparison.Ordinal);
        Assert.True((await services.AuditLog.VerifyAsync(new VerifyAuditRequest(), Token)).IsSound);

        // The entry of the saving's end came after the saving: whoever noted it sees that the log was put back.
        Assert.False((await services.AuditLog.VerifyAsync(new VerifyAuditRequest { Number = noted.Number, Hash = noted.Hash }, Token)).IsSound);
    }

    [Fact]
    public async Task Data_path_with_a_server_is_kept_aside_and_only_if_told_so()
    {
        string file = await SaveAsync();
        await AddUserAsync("late");
        await Server.DisposeAsync();
        byte[] key = await File.ReadAllBytesAsync(Path.Join(DataPath, "server.key"), Token);

        await FailsAsync(ErrorCode.DataPathOccupied, () => RestoreAsync(file, DataPath));
        ServerRestoration restored = await RestoreAsync(file, DataPath, replace: true);

        Assert.Equal(key, await File.ReadAllBytesAsync(Path.Join(DataPath, "server.key"), Token));
        Assert.Equal(key, await File.ReadAllBytesAsync(Path.Join(restored.KeptAside, "server.key"), Token));
        Assert.Equal(DataPath, Path.GetDirectoryName(restored.KeptAside));
        Server = await StartServerAsync();
        Assert.Empty(await (await ConnectAsync(PanelOrigin.Local("uid 0"))).Users.ListAsync(new UserQuery(), Token).ToListAsync(Token));
        await using SqliteCatalog kept = await SqliteCatalog.OpenAsync(Path.Join(restored.KeptAside, "catalog.db"), Token);
        Assert.NotNull(await kept.Users.FindAsync("late", Token));
    }

    [Fact]
    public async Task Bad_file_changes_nothing()
    {
        string file = await SaveAsync();
        byte[] damaged = await File.ReadAllBytesAsync(file, Token);
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(file, damaged, Token);
        await Server.DisposeAsync();
        string[] before = Content(DataPath);

        await FailsAsync(ErrorCode.ServerBackupDamaged, () => RestoreAsync(file, DataPath, replace: true));
        await FailsAsync(ErrorCode.ServerBackupDamaged, () => RestoreAsync(file, Restored));
        await FailsAsync(ErrorCode.ServerBackupDamaged, () => ServerRecovery.VerifyAsync(file, s_password, Token));

        Assert.Equal(before, Content(DataPath));
        Assert.Empty(Content(Restored));
        Server = await StartServerAsync();
    }

    [Theory]
    [InlineData("saving")]
    [InlineData("restoring")]
    public async Task What_was_torn_off_leaves_no_copies_beyond_the_next_start(string folder)
    {
        Directory.CreateDirectory(Path.Join(DataPath, folder));
        await File.WriteAllTextAsync(Path.Join(DataPath, folder, "catalog.db"), "a copy", Token);

        await RestartAsync();

        Assert.False(Directory.Exists(Path.Join(DataPath, folder)));
    }

    [Fact]
    public async Task Failure_while_it_is_put_in_place_leaves_the_old_server()
    {
        string file = await SaveAsync();
        await Server.DisposeAsync();

        // A folder that is not empty stands where the old server would be kept.
        string[] taken = [.. Enumerable.Range(-5, 30).Select(second => Path.Join(DataPath, $"replaced-{Time.GetUtcNow().AddSeconds(second).UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", "catalog.db", "x"))];
        Array.ForEach(taken, folder => Directory.CreateDirectory(folder));
        string[] before = Content(DataPath);

        await FailsAsync(ErrorCode.ServerRestoreFailed, () => RestoreAsync(file, DataPath, replace: true));

        Assert.Equal(before, Content(DataPath));
        Server = await StartServerAsync();
    }

    private static BackUpServerRequest Request { get; } = new() { Password = s_password };

    private string Restored => Folder("restored");

    private static string[] Content(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}" : path)];

    private Task<ServerRestoration> RestoreAsync(string file, string dataPath, bool replace = false)
    {
        Directory.CreateDirectory(dataPath);
        return ServerRecovery.RestoreAsync(file, s_password, dataPath, replace, "uid 7", Time, Token);
    }

    private async Task<string> SaveAsync()
    {
        string path = Folder("saved.hbserver");
        await using FileStream file = File.Create(path);
        await foreach (ServerBackupPart part in Local.ServerInfo.BackUpAsync(Request, Token))
        {
            await file.WriteAsync(part.Content, Token);
        }

        return path;
    }

    private string CodeOf(byte[] secret) => new Totp(secret).ComputeTotp(Time.GetUtcNow().UtcDateTime);

    private Task<AuditVerification> VerifyAuditAsync() => Local.AuditLog.VerifyAsync(new VerifyAuditRequest(), Token);
}
