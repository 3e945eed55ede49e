using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Agent.Core.Tests.Kit;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Installation;

// Service and server are doubles; files are real. The end-to-end tests install with the real program where a service manager runs.
public sealed class AgentInstallerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ScriptedDoor _door;
    private readonly ScriptedService _service;
    private readonly AgentPlaces _places;

    public AgentInstallerTests()
    {
        Directory.CreateDirectory(_folder.Combine("versions"));
        _places = new AgentPlaces(_folder.Combine("program"), _folder.Combine("data"));
        _door = new ScriptedDoor(_authority);
        _service = new ScriptedService(new AgentHome(_places.Data));
    }

    private string InstalledVersion => File.ReadAllText(Path.Join(_places.Program, "hb-agent"));

    private string[] Entries => [.. Directory.GetFileSystemEntries(_folder.Path).Select(entry => Path.GetFileName(entry)!).Order()];

    [Fact]
    public async Task It_enrols_copies_registers_starts_and_waits_until_the_agent_is_connected()
    {
        Assert.Equal(InstallResult.Done, await InstallAsync("one"));
        Assert.Equal("one", InstalledVersion);
        Assert.Equal(["verify", "register", "start"], _service.Calls);
        Assert.NotNull(_door.Enrolled);
        Assert.Equal(["data", "program", "versions"], Entries);
    }

    [Fact]
    public async Task Another_time_nothing_is_replaced_and_nothing_disturbed()
    {
        await InstallAsync("one");
        _service.Calls.Clear();
        Assert.Equal(InstallResult.Done, await InstallAsync("one", withToken: false));
        Assert.Equal(["verify", "start"], _service.Calls);
    }

    [Fact]
    public async Task Installing_another_version_upgrades()
    {
        await InstallAsync("one");
        Assert.Equal(InstallResult.Done, await InstallAsync("two", withToken: false));
        Assert.Equal("two", InstalledVersion);
        Assert.Equal(["data", "program", "versions"], Entries);
    }

    [Fact]
    public async Task Where_services_cannot_be_changed_the_token_is_not_used()
    {
        _service.Failing = "verify";
        await FailsAsync(ErrorCode.AgentServiceFailed, () => InstallAsync("one"));
        Assert.Null(_door.Enrolled);
        Assert.Equal(["versions"], Entries);
    }

    [Fact]
    public async Task A_refused_token_leaves_nothing_behind()
    {
        _door.Refusal = new HandyBackupException(ErrorCode.EnrollmentRefused, "no");
        await FailsAsync(ErrorCode.EnrollmentRefused, () => InstallAsync("one"));
        Assert.Equal(["versions"], Entries);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_key_with_which_a_second_attempt_is_known_again()
    {
        _door.Refusal = new HandyBackupException(ErrorCode.ConnectionLost, "gone");
        await FailsAsync(ErrorCode.ConnectionLost, () => InstallAsync("one"));
        Assert.Equal(["enrollment-key.pem"], Directory.GetFileSystemEntries(_places.Data).Select(entry => Path.GetFileName(entry)!));

        _door.Refusal = null;
        Assert.Equal(InstallResult.Done, await InstallAsync("one"));
        Assert.False(File.Exists(Path.Join(_places.Data, "enrollment-key.pem")));
    }

    [Theory]
    [InlineData("register")]
    [InlineData("start")]
    public async Task What_fails_later_is_taken_back_but_for_the_identity_with_which_a_second_attempt_succeeds(string failing)
    {
        _service.Failing = failing;
        await FailsAsync(ErrorCode.AgentServiceFailed, () => InstallAsync("one"));
        Assert.Equal(["data", "versions"], Entries);
        Assert.False(_service.IsRegistered);
        Assert.False(_service.IsRunning);

        Assert.Equal(InstallResult.Done, await InstallAsync("one", withToken: false));
    }

    [Fact]
    public async Task An_agent_that_the_server_refuses_is_not_installed()
    {
        _service.Says.Clear();
        _service.Says.Enqueue(AgentConnectionState.Refused);
        _service.Error = new ErrorInfo { Code = ErrorCode.AgentSuspended, Message = "suspended" };
        await FailsAsync(ErrorCode.AgentSuspended, () => InstallAsync("one"));
        Assert.False(_service.IsRegistered);
    }

    [Fact]
    public async Task One_that_waits_to_be_approved_is()
    {
        _service.Says.Clear();
        _service.Says.Enqueue(AgentConnectionState.Refused);
        _service.Error = new ErrorInfo { Code = ErrorCode.AgentNotApproved, Message = "waits" };
        Assert.Equal(InstallResult.Done, await InstallAsync("one"));
    }

    [Fact]
    public async Task An_upgrade_keeps_identity_and_settings()
    {
        await InstallAsync("one");
        byte[] credential = File.ReadAllBytes(Path.Join(_places.Data, "credential.pem"));
        byte[] settings = File.ReadAllBytes(Path.Join(_places.Data, "agent.json"));
        Assert.Equal(InstallResult.Done, await Installer().UpgradeAsync(Version("two"), TestContext.Current.CancellationToken));
        Assert.Equal("two", InstalledVersion);
        Assert.Equal(credential, File.ReadAllBytes(Path.Join(_places.Data, "credential.pem")));
        Assert.Equal(settings, File.ReadAllBytes(Path.Join(_places.Data, "agent.json")));
        Assert.True(_service.IsRunning);
    }

    [Fact]
    public async Task A_new_version_that_does_not_start_makes_way_for_the_old_one()
    {
        await InstallAsync("one");
        _service.Says.Clear();
        _service.Says.Enqueue(null);
        await FailsAsync(ErrorCode.AgentServiceFailed, () => Installer(new JumpingClock()).UpgradeAsync(Version("two"), TestContext.Current.CancellationToken));
        Assert.Equal("one", InstalledVersion);
        Assert.True(_service.IsRunning);
        Assert.Equal(1, _service.Registration);
        Assert.Equal(["data", "program", "versions"], Entries);
    }

    [Fact]
    public async Task A_new_version_that_cannot_be_registered_leaves_the_old_one_registered_as_it_was()
    {
        await InstallAsync("one");
        _service.Failing = "register";
        await FailsAsync(ErrorCode.AgentServiceFailed, () => Installer().UpgradeAsync(Version("two"), TestContext.Current.CancellationToken));
        Assert.Equal("one", InstalledVersion);
        Assert.True(_service.IsRunning);
        Assert.Equal(1, _service.Registration);
    }

    [Fact]
    public async Task Where_nothing_is_installed_nothing_is_upgraded()
    {
        await FailsAsync(ErrorCode.AgentNotInstalled, () => Installer().UpgradeAsync(Version("two"), TestContext.Current.CancellationToken));
        Assert.Equal(["versions"], Entries);
    }

    [Theory]
    [InlineData(false, "versions")]
    [InlineData(true, "data,versions")]
    public async Task Removing_leaves_nothing_but_the_identity_if_it_is_to_stay(bool keepData, string left)
    {
        await InstallAsync("one");
        Assert.Equal(InstallResult.Done, await Installer().UninstallAsync(keepData, TestContext.Current.CancellationToken));
        Assert.Equal(left, string.Join(',', Entries));
        Assert.False(_service.IsRegistered || _service.IsRunning);
        Assert.Equal(InstallResult.Done, await Installer().UninstallAsync(keepData, TestContext.Current.CancellationToken));
        if (keepData)
        {
            Assert.Equal(InstallResult.Done, await InstallAsync("one", withToken: false));
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static async Task FailsAsync(ErrorCode code, Func<Task> work) => Assert.Equal(code, (await Assert.ThrowsAsync<HandyBackupException>(work)).Code);

    private AgentInstaller Installer(TimeProvider? time = null) => new(_places, _service, _door, moves: null, time ?? TimeProvider.System);

    private Task<InstallResult> InstallAsync(string version, bool withToken = true) => Installer().InstallAsync(
        new InstallRequest
        {
            Server = ServerAddress.Parse("server.example:10680"),
            Token = withToken
                ? new EnrollmentTokenText(new byte[EnrollmentTokenText.IdSize], new byte[EnrollmentTokenText.SecretSize], EnrollmentTokenText.FingerprintOf(_authority.Certificate)).Format()
                : null,
            Name = "pc-17",
            Source = Version(version),
        },
        TestContext.Current.CancellationToken);

    private string Version(string name)
    {
        string folder = _folder.Combine("versions", name);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Join(folder, "hb-agent"), name);
        }

        return folder;
    }

    /// <summary>A clock on which a second passes at each look, and pauses none.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
