using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class RepositoryCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Repository_survives_reopening_with_every_property()
    {
        RepositoryRecord added = Samples.Repository("Main");
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.Repositories.AddAsync(added, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        RepositoryRecord? found = await reopened.Repositories.FindAsync("mAIN", Token);
        Assert.Equivalent(added, found, strict: true);
    }

    [Fact]
    public async Task Removed_snapshots_are_counted_from_one_optimization_to_the_next()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord added = Samples.Repository("main");
        await catalog.Repositories.AddAsync(added, Token);

        await catalog.Repositories.CountRemovedAsync(added.Id, 1, Token);
        await catalog.Repositories.CountRemovedAsync(added.Id, 1, Token);
        await catalog.Repositories.CountRemovedAsync(added.Id, -1, Token);
        await catalog.Repositories.UpdateAsync(added with { RemovalGrace = TimeSpan.Zero }, Token);
        RepositoryRecord? counted = await catalog.Repositories.FindAsync("main", Token);
        Assert.Equal((30, 5, TimeSpan.Zero), (counted!.OptimizedSnapshots, counted.RemovedSnapshots, counted.RemovalGrace));

        await catalog.Repositories.SetOptimizedAsync(added.Id, 17, Token);
        RepositoryRecord? optimized = await catalog.Repositories.FindAsync("main", Token);
        Assert.Equal((17, 0), (optimized!.OptimizedSnapshots, optimized.RemovedSnapshots));
    }

    [Theory]
    [InlineData("main", 'a', "/other")]
    [InlineData("other", 'a', "/other")]
    [InlineData("MAIN", 'b', "/other")]
    [InlineData("other", 'b', "/repositories/main")]
    public async Task Name_id_and_path_are_unique(string name, char id, string path)
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Repositories.AddAsync(Samples.Repository("main"), Token);

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => catalog.Repositories.AddAsync(Samples.Repository(name, id) with { Path = path }, Token));

        Assert.Equal(ErrorCode.RepositoryExists, exception.Code);
        Assert.Single(await catalog.Repositories.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Names_beyond_ASCII_are_compared_without_case()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Repositories.AddAsync(Samples.Repository("Größe Ж"), Token);

        Assert.NotNull(await catalog.Repositories.FindAsync("gRÖßE ж", Token));
    }

    [Fact]
    public async Task Used_repository_stays_unless_its_tasks_go_too()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        await catalog.Tasks.AddAsync(Samples.Task("docs", repository), Token);

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Repositories.RemoveAsync(repository.Id, false, Token));
        Assert.Equal(ErrorCode.RepositoryInUse, exception.Code);
        Assert.NotNull(await catalog.Repositories.FindAsync("main", Token));

        await catalog.Repositories.RemoveAsync(repository.Id, true, Token);
        Assert.Null(await catalog.Repositories.FindAsync("main", Token));
        Assert.Null(await catalog.Tasks.FindAsync("docs", Token));
    }

    [Fact]
    public async Task Renaming_shows_in_tasks_and_runs()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        TaskRecord task = Samples.Task("docs", repository);
        await catalog.Tasks.AddAsync(task, Token);
        Run run = Samples.Run();
        await catalog.Runs.AddAsync([new RunRecord(run, task.Id, repository.Id)], Token);

        await catalog.Repositories.UpdateAsync(repository with { Name = "vault" }, Token);
        await catalog.Tasks.UpdateAsync(task with { Definition = task.Definition with { Name = "papers" } }, Token);

        Assert.Equal("vault", (await catalog.Tasks.FindAsync("papers", Token))!.Definition.Repository);
        Run? renamed = await catalog.Runs.FindAsync(run.Id, Token);
        Assert.Equal(("papers", "vault"), (renamed!.Task, renamed.Repository));
    }

    [Fact]
    public async Task Change_does_not_take_back_a_check_that_ended_meanwhile()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord read = Samples.Repository("main");
        await catalog.Repositories.AddAsync(read, Token);
        await catalog.Repositories.SetLastCheckedAsync(read.Id, Samples.Time.AddDays(7), Token);

        await catalog.Repositories.UpdateAsync(read with { Description = "new" }, Token);

        RepositoryRecord? found = await catalog.Repositories.FindAsync("main", Token);
        Assert.Equal(("new", Samples.Time.AddDays(7)), (found!.Description, found.LastChecked));
    }

    [Fact]
    public async Task Changing_what_is_gone_is_an_error()
    {
        await using SqliteCatalog catalog = await OpenAsync();

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Repositories.UpdateAsync(Samples.Repository("main"), Token));

        Assert.Equal(ErrorCode.RepositoryNotFound, exception.Code);
    }
}
