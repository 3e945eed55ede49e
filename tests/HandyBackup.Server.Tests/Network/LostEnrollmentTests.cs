using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Enrollment;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Contracts;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>The line breaks after the server has granted an agent, and before its machine hears of it.</summary>
public sealed class LostEnrollmentTests : IDisposable
{
    // Less than the two certificates of the answer, and more than what follows it.
    private const int WithinTheAnswer = 800;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Machine_that_asks_again_with_its_one_time_token_becomes_what_was_granted_and_connects()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await EnrollAsync(proxy, await server.CreateTokenAsync(), "measure");
        long whole = proxy.ToClient.Passed;
        string token = await server.CreateTokenAsync();

        proxy.ToClient.CutAfter(whole - WithinTheAnswer);
        await FailsAsync(ErrorCode.ConnectionLost, () => EnrollAsync(proxy, token, "pc-17"));
        AgentInfo granted = await server.GetAgentAsync("pc-17");
        EnrolledAgent? again = await EnrollAsync(proxy, token, "pc-17");

        Assert.True(proxy.ToClient.WasCut);
        Assert.Equal(granted.Id, again!.AgentId);
        AgentHome home = Home("pc-17");
        using AgentCredential credential = new CredentialFile(home, CredentialFile.SystemProtection).Read();
        Assert.Equal(granted.Id.ToString(), credential.AgentId);
        Assert.False(File.Exists(home.EnrollmentKeyFile));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync(), "host");
        await using IServerConnection connection = await Door().ConnectAsync(server.Address, credential, agent.Host, TestTimeout.Token);
        await server.WaitUntilAsync("pc-17", isOnline: true);
    }

    private static TlsServerDoor Door() => new(BandwidthSchedule.Parse([]), TimeProvider.System, NullLogger.Instance);

    private AgentHome Home(string name) => new(_folder.Combine(name));

    private async Task<EnrolledAgent?> EnrollAsync(TcpFaultProxy proxy, string token, string name)
    {
        AgentHome home = Home(name);
        home.Prepare();
        var enrollment = new AgentEnrollment(Door(), home, new CredentialFile(home, CredentialFile.SystemProtection));
        return await enrollment.EnrollAsync(new ServerAddress("localhost", proxy.EndPoint.Port), new Secret { Value = token }, name, TestTimeout.Token);
    }
}
