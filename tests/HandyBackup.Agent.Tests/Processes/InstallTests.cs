using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Tests.Processes;

public sealed class InstallTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Where_no_service_manager_runs_it_fails_with_nothing_left_and_the_token_in_no_output()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && !Directory.Exists("/run/systemd/system"), "systemd runs this machine: the test would install a service");
        string token = new EnrollmentTokenText(new byte[8], new byte[16], new byte[16]).Format().Value;
        (int exitCode, string said) = await AgentProgram.RunAsync(
            "install", "--server", "127.0.0.1:9", "--token", token, "--data-path", _folder.Combine("data"), "--program-path", _folder.Combine("program"));
        Assert.Equal(1603 & 255, exitCode);
        Assert.Contains("systemd does not run this machine", said, StringComparison.Ordinal);
        Assert.DoesNotContain(token, said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("install")]
    [InlineData("install", "--server", "backup:0")]
    [InlineData("install", "--server", "backup:1", "--token-file", "/missing")]
    [InlineData("uninstall", "everything")]
    public async Task Wrong_arguments_end_with_1(params string[] arguments)
    {
        (int exitCode, _) = await AgentProgram.RunAsync(arguments);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_makes_no_agent()
    {
        string token = new EnrollmentTokenText(new byte[8], new byte[16], new byte[16]).Format().Value;
        await File.WriteAllTextAsync(_folder.Combine("token"), token, TestContext.Current.CancellationToken);
        (int exitCode, string said) = await AgentProgram.RunAsync("enroll", "--server", "127.0.0.1:9", "--token-file", _folder.Combine("token"), "--data-path", _folder.Combine("data"));
        Assert.Equal(1603 & 255, exitCode);
        Assert.Contains("127.0.0.1:9", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Combine("data")));
    }

    public void Dispose() => _folder.Dispose();
}
