using System.Diagnostics;
using System.Management.Automation;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Agents;

/// <summary>How a package travels to a machine, is run there, and goes again.</summary>
[Collection(RemoteMachine.Collection)]
public sealed class MachineCopyTests : IAsyncLifetime
{
    private readonly RemoteMachine _machine = RemoteMachine.Connect();
    private Panel _panel = null!;

    public async ValueTask InitializeAsync()
    {
        _panel = await Panel.OpenAsync();
        _panel.Runspace.SessionStateProxy.SetVariable("remote", _machine.Session);
        _panel.Runspace.SessionStateProxy.SetVariable("token", AgentTokens.Secure);
    }

    public async ValueTask DisposeAsync()
    {
        await _panel.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task It_arrives_as_it_was_with_its_times_in_a_folder_that_is_closed_and_then_gone()
    {
        using var package = new FakeAgentPackage();

        await _panel.OutputAsync(Install(package));

        Assert.Equal(Listing(package.Folder), Listing(package.Note("package")));
        Assert.StartsWith("drwx------", await File.ReadAllTextAsync(package.Note("mode"), TestTimeout.Token), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task A_copy_that_was_altered_on_the_way_is_not_run()
    {
        using var package = new FakeAgentPackage();
        Task alteration = AlterAsync(package.Machine);

        ErrorRecord error = await _panel.ErrorAsync(Install(package));

        await alteration;
        Assert.Equal(("AgentPackageUnusable", (object)"localhost"), (error.Id(), error.TargetObject));
        Assert.Contains("SHA-256", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(package.Calls);
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task A_failure_leaves_no_copy()
    {
        using var package = new FakeAgentPackage("exit 67");

        Assert.EndsWith("it said nothing.", (await _panel.ErrorAsync(Install(package))).ToString(), StringComparison.Ordinal);

        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task Ctrl_C_lets_the_program_take_back_what_it_did_and_leaves_no_copy()
    {
        using var package = new FakeAgentPackage("""trap 'touch "$noted/taken-back"; exit 130' INT; while :; do sleep 0.05; done""");

        await _panel.StopAsync(Install(package), package.WrittenAsync("ready"));

        await package.WrittenAsync("taken-back");
        await EmptyAsync(package.Machine);
    }

    [Fact]
    public async Task A_machine_that_takes_too_long_is_told_to_stop_and_its_copy_goes()
    {
        using var package = new FakeAgentPackage("""trap 'touch "$noted/taken-back"; exit 130' INT; while :; do sleep 0.05; done""");

        ErrorRecord error = await _panel.ErrorAsync(Install(package) + " -TimeoutSec 10");

        Assert.Contains("within 10 seconds; it was told to stop", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(("TimedOut", (object)"localhost"), (error.Id(), error.TargetObject));
        Assert.True(File.Exists(package.Note("taken-back")));
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task Without_a_package_for_the_machine_nothing_is_copied()
    {
        using var package = new FakeAgentPackage();
        Directory.Move(Path.Combine(package.Root, FakeAgentPackage.Runtime), Path.Combine(package.Root, "win-x64"));

        ErrorRecord error = await _panel.ErrorAsync(Install(package));

        Assert.Equal("AgentPackageMissing", error.Id());
        Assert.Contains(FakeAgentPackage.Runtime, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("-PackagePath", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Theory]
    [InlineData("linux-s390x")]
    [InlineData("win-arm64")]
    public async Task A_program_for_other_machines_is_refused(string made)
    {
        using var package = new FakeAgentPackage();
        string other = FakeAgentPackage.Runtime == "linux-x64" ? "linux-arm64" : "linux-x64";
        byte[] header = new byte[512];
        if (made == "win-arm64")
        {
            "MZ"u8.CopyTo(header);
            header[0x3C] = 0x80;
            "PE\0\0"u8.CopyTo(header.AsSpan(0x80));
            header[0x84] = 0x64;
            header[0x85] = 0xAA;
        }
        else
        {
            made = other;
            new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F' }.CopyTo(header, 0);
            header[18] = (byte)(other == "linux-x64" ? 0x3E : 0xB7);
        }

        await File.WriteAllBytesAsync(Path.Combine(package.Folder, "hb-agent"), header, TestTimeout.Token);

        ErrorRecord error = await _panel.ErrorAsync(Install(package));

        Assert.Equal("AgentPackageUnusable", error.Id());
        Assert.Contains($"is for {made}, and the machine needs {FakeAgentPackage.Runtime}", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_is_an_error_and_leaves_no_copy()
    {
        using var package = new FakeAgentPackage();
        await File.WriteAllTextAsync(Path.Combine(package.Folder, "hb-agent"), "#!/no/such/shell\n", TestTimeout.Token);

        ErrorRecord error = await _panel.ErrorAsync(Install(package));

        Assert.Equal(("AgentInstallFailed", (object)"localhost"), (error.Id(), error.TargetObject));
        Assert.Empty(Directory.GetFileSystemEntries(package.Machine));
    }

    [Fact]
    public async Task A_session_that_has_ended_is_an_error()
    {
        using var package = new FakeAgentPackage();
        _machine.Runspace.Close();

        Assert.Equal("MachineUnreachable", (await _panel.ErrorAsync(Install(package))).Id());
    }

    private static string Install(FakeAgentPackage package) => $"Install-HBAgent -PSSession $remote {package.Parameters} -Token $token";

    private static string[] Listing(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(folder, file.FullName)} {file.LastWriteTimeUtc.Ticks} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.FullName)))}")
            .Order(StringComparer.Ordinal)];

    // Flips a byte of the archive as soon as its first part has arrived, as a bad disk or somebody on the machine could.
    private static async Task AlterAsync(string machine)
    {
        CancellationToken limit = TestTimeout.Token;
        while (true)
        {
            if (Directory.GetFiles(machine, "package.zip", SearchOption.AllDirectories).FirstOrDefault() is { } archive && new FileInfo(archive).Length > 0)
            {
                using FileStream stream = new(archive, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                int first = stream.ReadByte();
                stream.Position = 0;
                stream.WriteByte((byte)(first ^ 1));
                return;
            }

            await Task.Delay(1, limit);
        }
    }

    private static async Task EmptyAsync(string folder)
    {
        var waited = Stopwatch.StartNew();
        while (Directory.GetFileSystemEntries(folder).Length > 0)
        {
            Assert.True(waited.Elapsed < TestTimeout.Limit, "The copy is still there.");
            await Task.Delay(20, TestTimeout.Token);
        }
    }
}
