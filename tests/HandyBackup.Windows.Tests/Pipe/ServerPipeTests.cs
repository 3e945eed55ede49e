using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Principal;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Local;
using HandyBackup.Testing;
using HandyBackup.Windows.Tests.Kit;

namespace HandyBackup.Windows.Tests.Pipe;

/// <summary>Server and panel on a named pipe: who may connect, who may listen, and how it ends.</summary>
public sealed class ServerPipeTests
{
    private const int TimeLimit = 120_000;
    private const int DataPathInUse = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task Panel_connects_and_stops_the_server()
    {
        await using var server = RunningServer.Start();
        using PanelConnection panel = await server.ConnectAsync();
        ServerStatus status = await panel.ServerInfo.GetStatusAsync(Token);
        Assert.Equal((server.Id, server.DataPath), (status.ProcessId, status.DataPath));
        await panel.ServerInfo.StopAsync(new StopServerRequest(), Token);
        Assert.Equal((0, ""), await server.EndAsync());
        await panel.Disconnected.WaitAsync(Token);
        Assert.Equal(ErrorCode.ServerNotRunning, (await Assert.ThrowsAsync<HandyBackupException>(() => PanelConnection.ConnectLocalAsync(server.DataPath, TimeSpan.FromSeconds(20), Token))).Code);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Several_panels_work_at_once()
    {
        await using var server = RunningServer.Start();
        PanelConnection[] panels = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.ConnectAsync()));
        ServerStatus[] answers = await Task.WhenAll(panels.Select(panel => panel.ServerInfo.GetStatusAsync(Token)));
        Assert.All(answers, answer => Assert.Equal(server.Id, answer.ProcessId));
        Array.ForEach(panels, panel => panel.Dispose());
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Every_way_to_write_the_data_path_leads_to_the_same_pipe()
    {
        await using var server = RunningServer.Start();
        (await server.ConnectAsync()).Dispose();
        foreach (string path in (string[])[server.DataPath.ToUpperInvariant(), server.DataPath + '\\', Path.Join(server.DataPath, "log", ".."), @"\\?\" + server.DataPath])
        {
            using PanelConnection panel = await PanelConnection.ConnectLocalAsync(path, TimeSpan.FromSeconds(20), Token);
            Assert.Equal(server.Id, (await panel.ServerInfo.GetStatusAsync(Token)).ProcessId);
        }
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Pipe_admits_the_servers_user_the_administrators_and_the_system_alone()
    {
        await using var server = RunningServer.Start();
        (await server.ConnectAsync()).Dispose();
        await using var pipe = new NamedPipeClientStream(".", ((PipeEndpoint)LocalEndpoint.ForDataPath(server.DataPath)).PipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(Token);
        var rules = pipe.GetAccessControl().GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<PipeAccessRule>().ToArray();
        using var user = WindowsIdentity.GetCurrent();
        SecurityIdentifier[] trusted = [user.User!, new(WellKnownSidType.BuiltinAdministratorsSid, null), new(WellKnownSidType.LocalSystemSid, null)];
        Assert.All(rules, rule => Assert.Equal(AccessControlType.Allow, rule.AccessControlType));
        Assert.Equal(trusted.Select(sid => sid.Value).Order(), rules.Select(rule => rule.IdentityReference.Value).Order());
    }

    // Wine lets anybody make a pipe that belongs to anybody; on Windows it takes the right to restore files.
    [Fact(Timeout = TimeLimit)]
    public async Task Panel_sends_nothing_to_a_pipe_that_somebody_else_made()
    {
        using var folder = new TempFolder();
        var security = new PipeSecurity();
        security.SetOwner(new SecurityIdentifier(WellKnownSidType.WorldSid, null));
        security.AddAccessRule(new PipeAccessRule(new SecurityIdentifier(WellKnownSidType.WorldSid, null), PipeAccessRights.FullControl, AccessControlType.Allow));
        await using NamedPipeServerStream squatter = NamedPipeServerStreamAcl.Create(
            ((PipeEndpoint)LocalEndpoint.ForDataPath(folder.Path)).PipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous, 0, 0, security);
        Task waiting = squatter.WaitForConnectionAsync(Token);
        HandyBackupException refused = await Assert.ThrowsAsync<HandyBackupException>(() => PanelConnection.ConnectLocalAsync(folder.Path, TimeSpan.FromSeconds(20), Token));
        Assert.Equal(ErrorCode.AccessDenied, refused.Code);
        Assert.Contains("the pipe belongs to another user", refused.Message, StringComparison.Ordinal);
        await waiting;
        Assert.Equal(0, await squatter.ReadAsync(new byte[1], Token));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Second_server_on_a_data_path_is_refused_and_the_first_goes_on()
    {
        await using var first = RunningServer.Start();
        using PanelConnection panel = await first.ConnectAsync();
        await using var second = RunningServer.Start(first.Folder);
        (int exitCode, string errors) = await second.EndAsync();
        Assert.Equal(DataPathInUse, exitCode);
        Assert.Contains("Another server already works on the data path", errors, StringComparison.Ordinal);
        Assert.Equal(first.Id, (await panel.ServerInfo.GetStatusAsync(Token)).ProcessId);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Killed_server_blocks_nothing()
    {
        await using var killed = RunningServer.Start();
        (await killed.ConnectAsync()).Dispose();
        killed.Kill();
        await killed.EndAsync();
        await using var next = RunningServer.Start(killed.Folder);
        using PanelConnection panel = await next.ConnectAsync();
        Assert.Equal(next.Id, (await panel.ServerInfo.GetStatusAsync(Token)).ProcessId);
    }
}
