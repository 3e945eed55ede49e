using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Local;
using HandyBackup.Rpc.Tests.Fakes;

namespace HandyBackup.Rpc.Tests.Local;

[UnsupportedOSPlatform("windows")]
public sealed class LocalEndpointTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(3500)]
    public async Task Panel_connects_however_long_the_data_path_is(int length)
    {
        SkipOnWindows();
        string root = TemporaryPath();
        string dataPath = root;
        while (dataPath.Length < length)
        {
            dataPath = Path.Combine(dataPath, new string('d', 200));
        }

        try
        {
            await using var server = new SocketServer(dataPath);
            using PanelConnection connection = await PanelConnection.ConnectLocalAsync(dataPath, TimeSpan.FromSeconds(20), TestTimeout.Token);

            Assert.Equal(ProtocolVersion.Current, connection.Server.Protocol);
            Assert.NotNull(await connection.ServerInfo.GetStatusAsync(TestTimeout.Token));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Data_path_that_does_not_exist_has_no_server() => await AssertNotRunningAsync(TemporaryPath());

    [Fact]
    public async Task Long_data_path_that_does_not_exist_has_no_server() => await AssertNotRunningAsync(Path.Combine(TemporaryPath(), new string('d', 200)));

    [Fact]
    public async Task Socket_that_a_killed_server_left_behind_means_no_server()
    {
        SkipOnWindows();
        string dataPath = TemporaryPath();
        Directory.CreateDirectory(dataPath);
        try
        {
            LeaveStaleSocket(Path.Combine(dataPath, SocketEndpoint.FileName));
            await AssertNotRunningAsync(dataPath);
        }
        finally
        {
            Directory.Delete(dataPath, recursive: true);
        }
    }

    [Fact]
    public void Relative_data_path_is_refused()
    {
        HandyBackupException caught = Assert.Throws<HandyBackupException>(() => LocalEndpoint.ForDataPath("hb"));
        Assert.Equal((ErrorCode.InvalidArgument, "hb"), (caught.Code, caught.Target));
    }

    [Fact]
    public async Task Server_of_a_user_who_does_not_own_the_data_path_is_refused()
    {
        SkipOnWindows();
        Assert.SkipUnless(UnixIdentity.Current == 0 && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/python3"), "needs root, setpriv and python3 to listen as another user");
        string dataPath = TemporaryPath();
        Directory.CreateDirectory(dataPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(dataPath, (UnixFileMode)0x1FF);
        string socket = Path.Combine(dataPath, SocketEndpoint.FileName);
        var start = new ProcessStartInfo("/usr/bin/setpriv") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", $"import socket,time; s=socket.socket(socket.AF_UNIX); s.bind('{socket}'); s.listen(); print('ready', flush=True); time.sleep(60)"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process stranger = Process.Start(start)!;
        try
        {
            Assert.Equal("ready", await stranger.StandardOutput.ReadLineAsync(TestTimeout.Token));

            HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
                () => PanelConnection.ConnectLocalAsync(dataPath, TimeSpan.FromSeconds(10), TestTimeout.Token));

            Assert.Equal((ErrorCode.AccessDenied, dataPath), (caught.Code, caught.Target));
            Assert.Contains("65534", caught.Message, StringComparison.Ordinal);
        }
        finally
        {
            stranger.Kill();
            await stranger.WaitForExitAsync(TestTimeout.Token);
            Directory.Delete(dataPath, recursive: true);
        }
    }

    [Fact]
    public void Pipe_name_is_the_same_for_every_spelling_of_a_path()
    {
        string name = PipeEndpoint.NameFor(@"\\?\C:\ProgramData\HandyBackup");
        Assert.Equal(name, PipeEndpoint.NameFor(@"\\?\c:\programdata\handybackup\"));
        Assert.NotEqual(name, PipeEndpoint.NameFor(@"\\?\C:\ProgramData\HandyBackup2"));
        Assert.Matches("^HandyBackup\\.[0-9A-F]{32}$", name);
    }

    [Fact]
    public void Owner_of_a_file_is_read()
    {
        SkipOnWindows();
        Assert.Equal(0u, UnixIdentity.OwnerOf("/"));
        Assert.Throws<IOException>(() => UnixIdentity.OwnerOf("/does/not/exist"));
    }

    private static void LeaveStaleSocket(string path)
    {
        string bound = path + ".bound";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(bound));
            socket.Listen();

            // .NET deletes the name that it bound; a killed process does not.
            File.Move(bound, path);
        }

        Assert.True(File.Exists(path));
    }

    private static async Task AssertNotRunningAsync(string dataPath)
    {
        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => PanelConnection.ConnectLocalAsync(dataPath, TimeSpan.FromSeconds(10), TestTimeout.Token));
        Assert.Equal((ErrorCode.ServerNotRunning, dataPath), (caught.Code, caught.Target));
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix sockets are used on Unix only");

    private static string TemporaryPath() => Path.Combine(Path.GetTempPath(), "hb-rpc-" + Guid.NewGuid().ToString("N"));
}
