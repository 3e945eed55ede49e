using HandyBackup.Contracts;
using HandyBackup.Rpc;
using OtpNet;

namespace HandyBackup.Server.Core.Tests;

public sealed class LoginTests : AccessHarness
{
    private static readonly string s_fingerprint = new('A', 64);

    [Fact]
    public async Task Local_administrator_needs_no_login()
    {
        CallerInfo caller = await Local.Login.GetCallerAsync(Token);

        Assert.Equal((CallerKind.LocalAdministrator, "uid 0"), (caller.Kind, caller.Name));
        await FailsAsync(ErrorCode.NotAUser, () => Local.Login.ChangePasswordAsync(new ChangePasswordRequest(Secret("x"), Secret("y")), Token));
    }

    [Fact]
    public async Task User_logs_in_once_by_password_and_both_are_written_down()
    {
        await AddUserAsync("Anna", new Grant { Role = Role.Auditor });
        PanelConnection connection = await ConnectRemotelyAsync(7);

        CallerInfo caller = await connection.Login.LoginAsync(Login("anna"), Token);

        Assert.Equal((CallerKind.User, "Anna", Role.Auditor), (caller.Kind, caller.Name, Assert.Single(caller.Grants).Role));
        AuditEntry entry = (await AuditAsync())[0];
        Assert.Equal((CallerKind.User, "Anna", "192.0.2.7", "Login.Login", AuditOutcome.Done), (entry.CallerKind, entry.Caller, entry.Origin, entry.Action, entry.Outcome));
        await FailsAsync(ErrorCode.AccessRefused, () => connection.Login.LoginAsync(Login("anna"), Token));
        Assert.NotNull((await Local.Users.ListAsync(new UserQuery(), Token).SingleAsync(Token)).LastLogin);
    }

    [Fact]
    public async Task Every_wrong_login_gets_one_answer()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Operator });
        await AddUserAsync("off", new Grant { Role = Role.Operator });
        await Local.Users.UpdateAsync(new UpdateUserRequest { Name = "off", IsEnabled = false }, Token);
        await Local.Users.CreateAsync(new CreateUserRequest { Name = "bare", CertificateFingerprint = s_fingerprint }, Token);
        LoginRequest[] wrong =
        [
            Login("anna", "another password"), Login("nobody"), Login("off"), Login("bare"), Login(new string('x', 5000)),
            new LoginRequest(), new LoginRequest { Name = "anna" }, new LoginRequest { Token = Secret("HBT1-nonsense") },
            new LoginRequest { Token = Secret($"HBT1-0011223344556677-{new string('0', 64)}") },
        ];

        var answers = new List<string>();
        for (int i = 0; i < wrong.Length; i++)
        {
            PanelConnection connection = await ConnectRemotelyAsync(i);
            HandyBackupException refusal = await FailsAsync(ErrorCode.LoginRefused, () => connection.Login.LoginAsync(wrong[i], Token));
            answers.Add($"{refusal.Message}|{refusal.Target}|{refusal.Advice}|{refusal.IsTransient}");
        }

        Assert.Single(answers.Distinct());
        List<AuditEntry> entries = await AuditAsync(new AuditQuery { Action = "Login.Login" });
        Assert.Equal(wrong.Length, entries.Count);
        Assert.All(entries, entry => Assert.Equal((AuditOutcome.Refused, ErrorCode.LoginRefused), (entry.Outcome, entry.Error!.Value)));
        Assert.Equal(["", "anna", "bare", "off"], entries.Select(entry => entry.Caller).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Certificate_that_the_handshake_proved_logs_in_its_user()
    {
        await Local.Users.CreateAsync(new CreateUserRequest { Name = "carla", CertificateFingerprint = string.Join(':', s_fingerprint.ToLowerInvariant().Chunk(2).Select(pair => new string(pair))) }, Token);
        PanelConnection right = await ConnectRemotelyAsync(certificate: s_fingerprint.ToLowerInvariant());
        PanelConnection wrong = await ConnectRemotelyAsync(certificate: new string('B', 64));

        Assert.Equal("carla", (await right.Login.LoginAsync(new LoginRequest(), Token)).Name);
        await FailsAsync(ErrorCode.LoginRefused, () => wrong.Login.LoginAsync(new LoginRequest(), Token));
        HandyBackupException taken = await FailsAsync(
            ErrorCode.UserExists, () => Local.Users.CreateAsync(new CreateUserRequest { Name = "other", CertificateFingerprint = s_fingerprint }, Token));
        Assert.Equal("carla", taken.Target);
    }

    [Fact]
    public async Task Token_logs_in_until_it_expires_or_is_removed()
    {
        var request = new CreateApiTokenRequest { Name = "nightly", Grants = [new Grant { Role = Role.Operator }], Lifetime = TimeSpan.FromDays(1) };
        NewApiToken token = await Local.ApiTokens.CreateAsync(request, Token);
        var login = new LoginRequest { Token = token.Token };
        PanelConnection connection = await ConnectRemotelyAsync();

        CallerInfo caller = await connection.Login.LoginAsync(login, Token);

        Assert.Equal((CallerKind.ApiToken, "nightly"), (caller.Kind, caller.Name));
        Assert.NotNull((await Local.ApiTokens.ListAsync(new ApiTokenQuery(), Token).SingleAsync(Token)).LastLogin);
        Time.Ahead = TimeSpan.FromDays(1);
        await FailsAsync(ErrorCode.LoginNeeded, () => connection.ServerInfo.GetStatusAsync(Token));
        PanelConnection late = await ConnectRemotelyAsync();
        await FailsAsync(ErrorCode.LoginRefused, () => late.Login.LoginAsync(login, Token));
        Time.Ahead = TimeSpan.Zero;
        await Local.ApiTokens.RemoveAsync(new ApiTokenReference("NIGHTLY"), Token);
        await connection.Disconnected.WaitAsync(Token);
        PanelConnection after = await ConnectRemotelyAsync();
        await FailsAsync(ErrorCode.LoginRefused, () => after.Login.LoginAsync(login, Token));
        await FailsAsync(ErrorCode.ApiTokenNotFound, () => Local.ApiTokens.RemoveAsync(new ApiTokenReference("nightly"), Token));
    }

    [Fact]
    public async Task Token_that_is_broad_endless_or_without_rights_is_not_made()
    {
        CreateApiTokenRequest[] wrong =
        [
            new() { Name = "x", Grants = [] },
            new() { Name = "x", Grants = [new Grant { Role = Role.Administrator }] },
            new() { Name = "x", Grants = [new Grant { Role = Role.Operator }], Lifetime = TimeSpan.Zero },
            new() { Name = "x", Grants = [new Grant { Role = Role.Operator }], Lifetime = TimeSpan.FromDays(400) },
            new() { Name = "x*", Grants = [new Grant { Role = Role.Operator }] },
        ];

        foreach (CreateApiTokenRequest request in wrong)
        {
            await FailsAsync(ErrorCode.InvalidArgument, () => Local.ApiTokens.CreateAsync(request, Token));
        }
    }

    [Fact]
    public async Task One_time_code_is_needed_once_confirmed_and_good_once()
    {
        await AddUserAsync("anna");
        PanelConnection own = await LogInAsync("anna");
        byte[] secret = await PrepareCodesAsync(own);
        await FailsAsync(ErrorCode.OneTimeCodeWrong, () => own.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(Secret("000000")), Token));
        await LogInAsync("anna");
        await own.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(Secret(CodeNow(secret))), Token);

        PanelConnection other = await ConnectRemotelyAsync(2);
        await FailsAsync(ErrorCode.LoginRefused, () => other.Login.LoginAsync(Login("anna"), Token));
        await FailsAsync(ErrorCode.LoginRefused, () => other.Login.LoginAsync(Login("anna", code: CodeNow(secret)), Token));
        Time.Ahead += TimeSpan.FromSeconds(60);
        string code = CodeNow(secret);
        await FailsAsync(ErrorCode.LoginRefused, () => other.Login.LoginAsync(Login("anna", "wrong password", code), Token));
        Assert.Equal("anna", (await other.Login.LoginAsync(Login("anna", code: code), Token)).Name);
        PanelConnection replay = await ConnectRemotelyAsync(3);
        await FailsAsync(ErrorCode.LoginRefused, () => replay.Login.LoginAsync(Login("anna", code: code), Token));
        await FailsAsync(ErrorCode.OneTimeCodeInUse, () => own.Login.PrepareOneTimeCodeAsync(Token));
    }

    [Fact]
    public async Task One_time_codes_end_with_a_code_or_by_an_administrator()
    {
        await AddUserAsync("anna");
        PanelConnection own = await LogInAsync("anna");
        byte[] secret = await PrepareCodesAsync(own);
        await own.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(Secret(CodeNow(secret))), Token);
        await FailsAsync(ErrorCode.OneTimeCodeWrong, () => own.Login.RemoveOneTimeCodeAsync(new OneTimeCode(Secret(CodeNow(secret))), Token));
        Time.Ahead += TimeSpan.FromSeconds(60);

        await own.Login.RemoveOneTimeCodeAsync(new OneTimeCode(Secret(CodeNow(secret))), Token);

        await LogInAsync("anna");
        secret = await PrepareCodesAsync(own);
        Time.Ahead += TimeSpan.FromSeconds(60);
        await own.Login.ConfirmOneTimeCodeAsync(new OneTimeCode(Secret(CodeNow(secret))), Token);
        await Local.Users.UpdateAsync(new UpdateUserRequest { Name = "anna", ForgetOneTimeCode = true }, Token);
        await LogInAsync("anna");
    }

    [Fact]
    public async Task Own_password_is_changed_with_the_old_one_and_other_connections_end()
    {
        await AddUserAsync("anna");
        PanelConnection own = await LogInAsync("anna");
        PanelConnection other = await LogInAsync("anna", address: 2);
        await FailsAsync(ErrorCode.LoginRefused, () => own.Login.ChangePasswordAsync(new ChangePasswordRequest(Secret("wrong"), Secret("another long password")), Token));
        await FailsAsync(ErrorCode.PasswordTooWeak, () => own.Login.ChangePasswordAsync(new ChangePasswordRequest(Secret(UserPassword), Secret("short")), Token));

        await own.Login.ChangePasswordAsync(new ChangePasswordRequest(Secret(UserPassword), Secret("another long password")), Token);

        await other.Disconnected.WaitAsync(Token);
        Assert.False(own.Disconnected.IsCompleted);
        await LogInAsync("anna", "another long password");
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("disable")]
    [InlineData("password")]
    public async Task Account_that_is_taken_away_takes_its_connections_with_it(string how)
    {
        await AddUserAsync("anna", new Grant { Role = Role.Operator });
        PanelConnection connection = await LogInAsync("anna");

        await (how switch
        {
            "remove" => Local.Users.RemoveAsync(new UserReference("anna"), Token),
            "disable" => Local.Users.UpdateAsync(new UpdateUserRequest { Name = "anna", IsEnabled = false }, Token),
            _ => Local.Users.UpdateAsync(new UpdateUserRequest { Name = "anna", NewPassword = Secret("another long password") }, Token),
        });

        await connection.Disconnected.WaitAsync(Token);
    }

    [Fact]
    public async Task Grant_counts_from_the_next_call_on()
    {
        await AddUserAsync("anna");
        PanelConnection connection = await LogInAsync("anna");
        await FailsAsync(ErrorCode.AccessRefused, () => connection.ServerInfo.GetStatusAsync(Token));
        var grant = new GrantRequest("anna", new Grant { Role = Role.Auditor });

        UserInfo granted = await Local.Users.GrantAsync(grant, Token);
        Assert.Single(granted.Grants);
        await connection.ServerInfo.GetStatusAsync(Token);
        await Local.Users.RevokeAsync(grant, Token);

        await FailsAsync(ErrorCode.AccessRefused, () => connection.ServerInfo.GetStatusAsync(Token));
        await FailsAsync(ErrorCode.GrantNotFound, () => Local.Users.RevokeAsync(grant, Token));
    }

    [Fact]
    public async Task No_secret_is_in_the_catalog_or_the_log()
    {
        await AddUserAsync("anna");
        PanelConnection own = await LogInAsync("anna");
        OneTimeCodeSecret code = await own.Login.PrepareOneTimeCodeAsync(Token);
        NewApiToken token = await Local.ApiTokens.CreateAsync(new CreateApiTokenRequest { Name = "t", Grants = [new Grant { Role = Role.Auditor }] }, Token);
        string tokenSecret = token.Token.Value.Split('-')[2];
        byte[][] secrets =
        [
            System.Text.Encoding.UTF8.GetBytes(UserPassword), Convert.FromHexString(tokenSecret), System.Text.Encoding.UTF8.GetBytes(tokenSecret), Decode(code.Secret.Value),
            System.Text.Encoding.UTF8.GetBytes(code.Secret.Value),
        ];

        foreach (string file in Directory.GetFiles(DataPath, "catalog.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, Token);
            Assert.All(secrets, secret => Assert.True(content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(secret) < 0, file));
        }

        Assert.DoesNotContain(Log.Lines, line => line.Contains(UserPassword, StringComparison.Ordinal) || line.Contains(tokenSecret, StringComparison.Ordinal));
    }

    private static byte[] Decode(string base32)
    {
        byte[] secret = new byte[20];
        Assert.True(Base32.TryDecode(base32, secret));
        return secret;
    }

    private async Task<byte[]> PrepareCodesAsync(PanelConnection connection) => Decode((await connection.Login.PrepareOneTimeCodeAsync(Token)).Secret.Value);

    private string CodeNow(byte[] secret) => new Totp(secret).ComputeTotp(Time.GetUtcNow().UtcDateTime);
}
