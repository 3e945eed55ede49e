using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class AgentStateKeyTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
    }

    [Fact]
    public async Task State_of_a_task_goes_from_run_to_run()
    {
        AgentStateKey first = (await OrderAsync())!;
        Assert.Equal((await RepositoryAsync()).Id, first.Repository);
        Assert.Equal(Guid.Empty, first.RepairEpoch);
        await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));
        Assert.Equal(first, await OrderAsync());

        await CreateTaskAsync("other");
        AgentStateKey other = (await OrderAsync("other"))!;
        Assert.Equal(first with { Task = other.Task }, other);
        Assert.NotEqual(first.Task, other.Task);
    }

    [Fact]
    public async Task State_from_before_a_repair_is_not_used_any_more()
    {
        AgentStateKey before = (await OrderAsync())!;
        await WaitAsync(await Server.Repositories.StartRepairAsync(new RepairRepositoryRequest { Name = "main" }, Token));
        AgentStateKey after = (await OrderAsync())!;
        Assert.NotEqual(before.RepairEpoch, after.RepairEpoch);
        Assert.Equal(after, await OrderAsync());
        await RestartAsync();
        Assert.Equal(after, await OrderAsync());
    }

    [Fact]
    public async Task State_from_before_a_check_that_found_damage_is_not_used_any_more()
    {
        AgentStateKey before = (await OrderAsync())!;
        string pack = Directory.GetFiles(Path.Join(Folder("main"), "data"), "*", SearchOption.AllDirectories)[0];
        byte[] content = await File.ReadAllBytesAsync(pack, Token);
        File.Delete(pack);
        await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main" }, Token));
        await File.WriteAllBytesAsync(pack, content, Token);
        Assert.NotEqual(before.RepairEpoch, (await OrderAsync())!.RepairEpoch);
    }

    [Fact]
    public async Task No_state_is_used_or_made_while_a_repair_is_about_to_begin()
    {
        RepositoryInfo repository = await RepositoryAsync();
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync(Path.Join(DataPath, "catalog.db"), Token);
        var repair = new Run { Id = Guid.NewGuid(), Kind = RunKind.Repair, State = RunState.Queued, Repository = "main", Created = Time.GetUtcNow() };
        await catalog.Runs.AddAsync([new RunRecord(repair, null, repository.Id)], Token);
        Assert.Null(await OrderAsync());
        await catalog.Runs.UpdateAsync(repair with { State = RunState.Failed, Ended = Time.GetUtcNow() }, Token);
        Assert.Equal(repair.Id, (await OrderAsync())!.RepairEpoch);
    }

    private async Task<AgentStateKey?> OrderAsync(string task = "docs")
    {
        await RunTaskAsync(task);
        return Agent.BackupOrders.Last().State;
    }

    private ValueTask<RepositoryInfo> RepositoryAsync() => Server.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token);
}
