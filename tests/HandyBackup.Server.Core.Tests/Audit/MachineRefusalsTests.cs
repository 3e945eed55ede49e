using System.Net;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Server.Core.Tests;

public sealed class MachineRefusalsTests : FleetHarness
{
    private static readonly IPAddress s_address = IPAddress.Parse("192.0.2.7");

    private MachineRefusals _refusals = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _refusals = new MachineRefusals(new AuditTrail(Catalog, new AuditChain(Sealer), Time), Time, NullLogger.Instance);
    }

    [Fact]
    public async Task What_is_alike_is_written_once_in_ten_minutes()
    {
        for (int i = 0; i < 5; i++)
        {
            await NoteAsync(s_address, ErrorCode.AgentRevoked);
        }

        Assert.Equal(1, await CountAsync());

        Time.Advance(MachineRefusals.Window);
        await NoteAsync(s_address, ErrorCode.AgentRevoked);

        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task What_differs_is_written_each()
    {
        await NoteAsync(s_address, ErrorCode.AgentRevoked);
        await NoteAsync(s_address, ErrorCode.AgentSuspended);
        await NoteAsync(IPAddress.Parse("192.0.2.8"), ErrorCode.AgentRevoked);
        await NoteAsync(s_address, ErrorCode.AgentRevoked, "box");

        Assert.Equal(4, await CountAsync());
    }

    [Fact]
    public async Task Strangers_of_many_networks_fill_no_disk()
    {
        for (int i = 0; i < 3 * MachineRefusals.MaximumEntries; i++)
        {
            await NoteAsync(new IPAddress(BitConverter.GetBytes(i)), ErrorCode.AgentRevoked);
        }

        Assert.Equal(MachineRefusals.MaximumEntries, await CountAsync());
    }

    private Task NoteAsync(IPAddress address, ErrorCode code, string? agent = null) => _refusals.NoteAsync(agent, address, "Gateway.Hello", "", code);

    private async Task<int> CountAsync() => await Catalog.Audit.ListAsync(0, long.MaxValue, Token).CountAsync(Token);
}
