using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core.Tests;

public sealed class AgentAdmissionTests : FleetHarness
{
    [Fact]
    public async Task Listeners_are_told_whom_to_cut_off_after_the_catalog_knows()
    {
        using X509Certificate2 agent = await EnrollAsync();
        var told = new List<(Guid, ErrorCode?)>();
        Admission.CutOff += _ => throw new InvalidOperationException("A listener that fails.");
        Admission.CutOff += id => told.Add((id, Check.CheckAsync(agent, Token).GetAwaiter().GetResult().Refusal?.Code));

        await Admission.SuspendAsync(IdOf(agent), Token);
        await Admission.ResumeAsync(IdOf(agent), Token);
        await Admission.RemoveAsync(IdOf(agent), removeTasks: false, Token);

        Assert.Equal([(IdOf(agent), ErrorCode.AgentSuspended), (IdOf(agent), ErrorCode.AgentRevoked)], told);
        Assert.Equal(2, Log.Lines.Count(line => line.Contains("A listener that fails.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Resuming_does_not_stand_for_approval()
    {
        using X509Certificate2 pending = await EnrollAsync(needsApproval: true);
        using X509Certificate2 suspended = await EnrollAsync();
        await Admission.SuspendAsync(IdOf(suspended), Token);

        await FailsAsync(ErrorCode.AgentNotApproved, () => Admission.ResumeAsync(IdOf(pending), Token));
        await FailsAsync(ErrorCode.AgentNotApproved, () => Admission.SuspendAsync(IdOf(pending), Token));
        await FailsAsync(ErrorCode.AgentSuspended, () => Admission.ApproveAsync(IdOf(suspended), Token));
        await Admission.ApproveAsync(IdOf(pending), Token);
        await Admission.ApproveAsync(IdOf(pending), Token);

        Assert.Equal([AgentStatus.Approved, AgentStatus.Suspended], await Admission.ListAsync(Token).Select(agent => agent.Status).ToListAsync(Token));
    }

    [Fact]
    public async Task Agent_that_nobody_knows_is_reported()
    {
        await FailsAsync(ErrorCode.AgentNotFound, () => Admission.ApproveAsync(Guid.NewGuid(), Token));
        await FailsAsync(ErrorCode.AgentNotFound, () => Admission.SuspendAsync(Guid.NewGuid(), Token));
        await FailsAsync(ErrorCode.AgentNotFound, () => Admission.ResumeAsync(Guid.NewGuid(), Token));
        await FailsAsync(ErrorCode.AgentNotFound, () => Admission.RemoveAsync(Guid.NewGuid(), removeTasks: true, Token));
    }

    [Fact]
    public async Task Agent_inside_the_server_stays()
    {
        AgentIdentityRecord embedded = await Catalog.AgentIdentities.SaveEmbeddedAsync("nas", Time.GetUtcNow(), Token);

        await FailsAsync(ErrorCode.InvalidArgument, () => Admission.SuspendAsync(embedded.Identity.Id, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Admission.RemoveAsync(embedded.Identity.Id, removeTasks: false, Token));
    }

    [Fact]
    public async Task Agent_inside_the_server_is_not_taken_for_an_enrolled_one_of_its_name()
    {
        using X509Certificate2 agent = await EnrollAsync();
        string name = (await Admission.ListAsync(Token).SingleAsync(Token)).Name;
        var directory = new AgentDirectory(Catalog, Time);

        await directory.RegisterEmbeddedAsync(new FakeAgent { Name = name }, Token);

        Assert.Equal(name + " (server)", (await directory.FindAsync(null, Token)).Description.Name);
        await FailsAsync(ErrorCode.AgentOffline, () => directory.FindAsync(name, Token));
        Assert.Equal([(name, false), (name + " (server)", true)], await Admission.ListAsync(Token).Select(known => (known.Name, known.IsEmbedded)).ToListAsync(Token));
    }

    [Fact]
    public async Task Suspension_that_is_stopped_half_way_still_cuts_off()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using var stop = new CancellationTokenSource();
        bool isCutOff = false;
        var admission = new AgentAdmission(Catalog, Time, new StoppingLogger(stop));
        admission.CutOff += _ => isCutOff = true;

        await Record.ExceptionAsync(() => admission.SuspendAsync(IdOf(agent), stop.Token));

        Assert.True(isCutOff);
        Assert.Equal(AgentStatus.Suspended, (await Admission.ListAsync(Token).SingleAsync(Token)).Status);
    }

    [Fact]
    public async Task Suspension_while_an_agent_connects_is_not_missed()
    {
        for (int i = 0; i < 20; i++)
        {
            using X509Certificate2 agent = await EnrollAsync();
            bool isCutOff = false;
            // As a connection does it: be found first, then be admitted.
            Admission.CutOff += id => isCutOff |= id == IdOf(agent);

            Task<AgentVerdict> admitting = Task.Run(() => Check.AdmitAsync(agent, null, Token), Token);
            await Admission.SuspendAsync(IdOf(agent), Token);
            AgentVerdict verdict = await admitting;

            Assert.True(verdict.Refusal?.Code == ErrorCode.AgentSuspended || isCutOff);
        }
    }

    /// <summary>Stops the operation at the first line that it writes: that is right after the change was saved.</summary>
    private sealed class StoppingLogger(CancellationTokenSource stop) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => stop.Cancel();
    }
}
