using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class AgentDirectoryTests : FleetHarness
{
    private readonly TaskCompletionSource _ended = new();

    private AgentDirectory Directory => field ??= new AgentDirectory(Catalog, Time);

    [Fact]
    public async Task Agent_has_the_name_that_the_server_knows_whatever_it_calls_itself()
    {
        AgentIdentity identity = await EnrollOneAsync();

        using AgentArrival arrival = await ConnectAsync(identity, "administrator");

        Assert.Equal(identity.Name, (await Directory.FindAsync(identity.Name.ToUpperInvariant(), Token)).Description.Name);
        await FailsAsync(ErrorCode.AgentNotFound, () => Directory.FindAsync("administrator", Token));
        AgentInfo listed = await Directory.ListAsync(Token).SingleAsync(Token);
        Assert.Equal((identity.Id, identity.Name, true), (listed.Id, listed.Description.Name, listed.IsOnline));
    }

    [Fact]
    public async Task Older_connection_is_cut_and_its_end_does_not_disturb_the_newer()
    {
        AgentIdentity identity = await EnrollOneAsync();
        AgentArrival older = await ConnectAsync(identity);
        ConnectedAgent before = await Directory.FindAsync(identity.Name, Token);
        using AgentArrival newer = await ConnectAsync(identity);

        Assert.True(older.CutOff.IsCancellationRequested);
        older.Dispose();

        ConnectedAgent now = await Directory.FindAsync(identity.Name, Token);
        Assert.NotSame(before, now);
        Assert.False(newer.CutOff.IsCancellationRequested);
        Assert.Equal(1, Directory.Connected);
    }

    [Fact]
    public async Task Connection_that_was_not_admitted_cuts_off_nobody()
    {
        AgentIdentity identity = await EnrollOneAsync();
        using AgentArrival connected = await ConnectAsync(identity);

        using (Directory.Enter(identity.Id))
        {
            Assert.False(connected.CutOff.IsCancellationRequested);
        }

        Assert.NotNull(await Directory.FindAsync(identity.Name, Token));
    }

    [Fact]
    public async Task Cut_off_ends_connections_at_whatever_stage()
    {
        AgentIdentity identity = await EnrollOneAsync();
        using AgentArrival connected = await ConnectAsync(identity);
        using AgentArrival arriving = Directory.Enter(identity.Id);
        using AgentArrival other = Directory.Enter(Guid.NewGuid());

        Directory.CutOff(identity.Id);

        Assert.True(connected.CutOff.IsCancellationRequested && arriving.CutOff.IsCancellationRequested);
        Assert.False(other.CutOff.IsCancellationRequested);
    }

    [Fact]
    public async Task Agent_that_was_cut_off_counts_as_gone_at_once_and_does_not_come_in_by_the_same_connection()
    {
        AgentIdentity identity = await EnrollOneAsync();
        using AgentArrival connected = await ConnectAsync(identity);
        using AgentArrival arriving = Directory.Enter(identity.Id);

        Directory.CutOff(identity.Id);

        Assert.False((await Directory.ListAsync(Token).SingleAsync(Token)).IsOnline);
        Assert.Equal((null, 0), (Directory.FindConnected(identity.Id), Directory.Connected));
        await FailsAsync(ErrorCode.AgentOffline, () => Directory.FindAsync(identity.Name, Token));
        var agent = new FakeAgent { Name = identity.Name };
        await Directory.ConnectAsync(arriving, identity, await agent.DescribeAsync(Token), agent, _ended.Task, Token);
        Assert.Null(Directory.FindConnected(identity.Id));
        using AgentArrival later = await ConnectAsync(identity);
        Assert.Same(later.Agent, Directory.FindConnected(identity.Id));
    }

    [Fact]
    public async Task Who_waits_for_an_agent_gets_its_next_connection()
    {
        AgentIdentity identity = await EnrollOneAsync();
        AgentArrival first = await ConnectAsync(identity);
        ConnectedAgent lost = await Directory.FindAsync(identity.Name, Token);
        Task<ConnectedAgent> waiting = Directory.WaitForReturnAsync(lost, TimeSpan.FromMinutes(5), Token);
        first.Dispose();
        await Task.Delay(50, Token);
        Assert.False(waiting.IsCompleted);

        using AgentArrival second = await ConnectAsync(identity);

        Assert.Same(second.Agent, await waiting.WaitAsync(Token));
        Assert.Same(second.Agent, await Directory.WaitForReturnAsync(lost, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Who_waits_for_an_agent_learns_that_it_does_not_come()
    {
        AgentIdentity identity = await EnrollOneAsync();
        using AgentArrival arrival = await ConnectAsync(identity);
        ConnectedAgent lost = await Directory.FindAsync(identity.Name, Token);
        Task<ConnectedAgent> tooLong = Directory.WaitForReturnAsync(lost, TimeSpan.FromMinutes(5), Token);
        await Task.Delay(50, Token);
        Time.Advance(TimeSpan.FromMinutes(4.9));
        await Task.Delay(50, Token);
        Assert.False(tooLong.IsCompleted);
        Time.Advance(TimeSpan.FromMinutes(0.2));
        await FailsAsync(ErrorCode.AgentOffline, () => tooLong.WaitAsync(Token));

        Admission.CutOff += Directory.CutOff;
        Task<ConnectedAgent> suspended = Directory.WaitForReturnAsync(lost, TimeSpan.FromMinutes(5), Token);
        await Admission.SuspendAsync(identity.Id, Token);
        await FailsAsync(ErrorCode.AgentSuspended, () => suspended.WaitAsync(Token));

        await Admission.ResumeAsync(identity.Id, Token);
        Task<ConnectedAgent> removed = Directory.WaitForReturnAsync(lost, TimeSpan.FromMinutes(5), Token);
        await Admission.RemoveAsync(identity.Id, removeTasks: false, Token);
        await FailsAsync(ErrorCode.AgentNotFound, () => removed.WaitAsync(Token));
    }

    [Fact]
    public async Task Agent_is_found_by_its_id_before_any_name()
    {
        AgentIdentity first = await EnrollOneAsync();
        AgentIdentity named = await EnrollOneAsync(first.Id.ToString());

        Assert.Equal(first.Id, (await Directory.FindIdentityAsync(first.Id.ToString(), Token)).Id);
        Assert.Equal(named.Id, (await Directory.FindIdentityAsync(named.Id.ToString("N"), Token)).Id);
        await FailsAsync(ErrorCode.AgentNotFound, () => Directory.FindIdentityAsync(Guid.NewGuid().ToString(), Token));
    }

    private async Task<AgentIdentity> EnrollOneAsync(string? name = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EnrolledAgent enrolled = await EnrollAsync(await CreateTokenAsync(), key, name: name);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(enrolled.Certificate);
        return (await Catalog.AgentIdentities.FindAsync(IdOf(certificate), Token))!.Identity;
    }

    private async Task<AgentArrival> ConnectAsync(AgentIdentity identity, string? name = null)
    {
        var agent = new FakeAgent { Name = name ?? identity.Name };
        AgentArrival arrival = Directory.Enter(identity.Id);
        await Directory.ConnectAsync(arrival, identity, await agent.DescribeAsync(Token), agent, _ended.Task, Token);
        return arrival;
    }
}
