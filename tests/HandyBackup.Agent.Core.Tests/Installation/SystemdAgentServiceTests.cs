using System.Diagnostics;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Installation;

// systemd's command is a double, which can fail; systemd's own checker judges the unit where it is installed. A real systemd runs in the end-to-end tests.
public sealed class SystemdAgentServiceTests : IDisposable
{
    private static readonly AgentPlaces s_places = new("/opt/hand y %backup", "/var/lib/\"agent$");
    private readonly TempFolder _folder = new();
    private readonly RecordedSystemctl _systemctl = new();

    private SystemdAgentService Service => new(_folder.Path, _systemctl);

    private string Unit => _folder.Combine(SystemdUnit.Name);

    [Fact]
    public async Task It_writes_the_unit_has_it_read_and_enables_it()
    {
        Assert.False(Service.IsRegistered);
        await Service.RegisterAsync(s_places, TestContext.Current.CancellationToken);
        Assert.True(Service.IsRegistered);
        Assert.Equal(["daemon-reload", "enable handybackup-agent.service"], _systemctl.Calls);
        string[] lines = File.ReadAllLines(Unit);
        Assert.Contains("ExecStart=\"/opt/hand y %%backup/hb-agent\" run --data-path \"/var/lib/\\\"agent$$\"", lines);
        Assert.Contains("Type=notify", lines);
    }

    // Not to be seen with a newer systemd: the older ones forbid with it all devices that are not allowed one by one.
    [Fact]
    public void Its_unit_lets_device_nodes_be_restored_under_old_versions_of_systemd_too()
    {
        string[] lines = SystemdUnit.Text(s_places).Split('\n');
        Assert.DoesNotContain(lines, line => line.StartsWith("ProtectClock=", StringComparison.Ordinal) || line.StartsWith("Device", StringComparison.Ordinal) || line.StartsWith("PrivateDevices=", StringComparison.Ordinal));
        string forbidden = Assert.Single(lines, line => line.StartsWith("SystemCallFilter=~", StringComparison.Ordinal));
        Assert.Contains("@clock", forbidden, StringComparison.Ordinal);
        Assert.Contains("@module", forbidden, StringComparison.Ordinal);
        Assert.DoesNotContain("CAP_SYS_TIME", Assert.Single(lines, line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_disables_it_first()
    {
        await Service.RegisterAsync(s_places, TestContext.Current.CancellationToken);
        _systemctl.Calls.Clear();
        await Service.StopAsync(TestContext.Current.CancellationToken);
        await Service.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["stop handybackup-agent.service", "disable handybackup-agent.service", "daemon-reload"], _systemctl.Calls);
        Assert.False(File.Exists(Unit));

        _systemctl.Calls.Clear();
        await Service.StopAsync(TestContext.Current.CancellationToken);
        await Service.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_systemctl.Calls);
    }

    [Fact]
    public async Task The_unit_of_before_is_put_back_and_read_again_by_systemd()
    {
        await File.WriteAllTextAsync(Unit, "before", TestContext.Current.CancellationToken);
        Func<Task> putBack = Service.Remember();
        await Service.RegisterAsync(s_places, TestContext.Current.CancellationToken);
        Assert.NotEqual("before", await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken));
        _systemctl.Calls.Clear();
        await putBack();
        Assert.Equal("before", await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken));
        Assert.Equal(["daemon-reload"], _systemctl.Calls);
    }

    [Fact]
    public async Task A_unit_that_systemd_does_not_take_is_removed_where_there_was_none()
    {
        Func<Task> putBack = Service.Remember();
        _systemctl.FailingCall = "enable handybackup-agent.service";
        Assert.Equal(ErrorCode.AgentServiceFailed, (await Assert.ThrowsAsync<HandyBackupException>(() => Service.RegisterAsync(s_places, TestContext.Current.CancellationToken))).Code);
        Assert.True(Service.IsRegistered);
        _systemctl.Calls.Clear();
        await putBack();
        Assert.False(File.Exists(Unit));
        Assert.Equal(["disable handybackup-agent.service", "daemon-reload"], _systemctl.Calls);
    }

    [Fact]
    public async Task systemd_itself_finds_nothing_wrong_with_the_unit()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");

        // The checker wants the program to exist.
        string program = _folder.Combine("hb-agent");
        File.Copy("/bin/true", program);
        await File.WriteAllTextAsync(Unit, SystemdUnit.Text(new AgentPlaces(_folder.Path, "/var/lib/handybackup-agent")), TestContext.Current.CancellationToken);
        (int exitCode, string said) = await RunAsync("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", Unit);
        Assert.Equal((0, ""), (exitCode, said.Trim()));
    }

    [Fact]
    public void Without_systemd_or_root_the_real_command_says_so_before_anything_is_changed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && !(Directory.Exists("/run/systemd/system") && Environment.IsPrivilegedProcess), "systemd runs this machine and obeys this account");
        Assert.Equal(ErrorCode.AgentServiceFailed, Assert.Throws<HandyBackupException>(new Systemctl(TimeProvider.System).Verify).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(int ExitCode, string Said)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + errors);
    }

    private sealed class RecordedSystemctl : ISystemctl
    {
        public List<string> Calls { get; } = [];

        public string? FailingCall { get; set; }

        public void Verify()
        {
        }

        public Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
        {
            string call = string.Join(' ', arguments);
            Calls.Add(call);
            return call == FailingCall ? throw new HandyBackupException(ErrorCode.AgentServiceFailed, "failed") : Task.CompletedTask;
        }
    }
}
