using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Local;
using HandyBackup.Server.Tests.Fakes;

namespace HandyBackup.Server.Tests.Hosting;

/// <summary>Who may come in.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServerAccessTests : IDisposable
{
    // Connects, and says whether a server is heard: a session starts with the server's own frames, a refusal with the end.
    private const string Probe = """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        try:
            s.connect(sys.argv[1])
        except PermissionError:
            print('denied'); sys.exit()
        print('refused' if s.recv(1) == b'' else 'served')
        """;

    private readonly DataPath _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Data_path_and_socket_are_closed_to_others_even_if_they_were_open_before()
    {
        Directory.CreateDirectory(_data.Value);
        File.SetUnixFileMode(_data.Value, (UnixFileMode)0x1FF);
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(_data.Value);

        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(_data.Value));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(_data.File(SocketEndpoint.FileName)));
    }

    [Theory]
    [InlineData(false, "denied")]
    [InlineData(true, "refused")]
    public async Task Other_user_is_refused_by_the_rights_and_by_the_server_itself(bool widenRights, string expected)
    {
        Assert.SkipUnless(UnixIdentity.Current == 0 && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/python3"), "needs root, setpriv and python3 to act as another user");
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(_data.Value);
        if (widenRights)
        {
            File.SetUnixFileMode(_data.Value, (UnixFileMode)0x1FF);
            File.SetUnixFileMode(_data.File(SocketEndpoint.FileName), (UnixFileMode)0x1FF);
        }

        var start = new ProcessStartInfo("/usr/bin/setpriv") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", Probe, _data.File(SocketEndpoint.FileName)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process stranger = Process.Start(start)!;
        Assert.Equal(expected, (await stranger.StandardOutput.ReadToEndAsync(TestTimeout.Token)).Trim());
        await stranger.WaitForExitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Garbage_on_the_socket_hurts_no_other_panel()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(_data.Value);
        using PanelConnection connection = await server.ConnectAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_data.File(SocketEndpoint.FileName)), TestTimeout.Token);
        byte[] garbage = new byte[1 << 20];
        Array.Fill(garbage, (byte)0xDD);
        try
        {
            await socket.SendAsync(garbage, TestTimeout.Token);
        }
        catch (SocketException)
        {
            // The server did not even read all of it.
        }

        await connection.ServerInfo.GetStatusAsync(TestTimeout.Token);
        byte[] rest = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(rest, TestTimeout.Token) > 0)
            {
                // What the server said before it gave up.
            }
        }
        catch (SocketException)
        {
            // Cut off, which is as good as ended.
        }

        await connection.ServerInfo.GetStatusAsync(TestTimeout.Token);
    }
}
