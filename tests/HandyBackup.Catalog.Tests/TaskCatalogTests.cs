using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class TaskCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Task_survives_reopening_with_every_property()
    {
        RepositoryRecord repository = Samples.Repository("main");
        TaskRecord added = Samples.Task("Docs", repository);
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.Repositories.AddAsync(repository, Token);
            await catalog.Tasks.AddAsync(added, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        TaskRecord found = (await reopened.Tasks.FindAsync("dOCS", Token))!;
        Assert.Equal(added.Definition.Selection.Options["Exclude"].GetRawText(), found.Definition.Selection.Options["Exclude"].GetRawText());
        Assert.Equal(added.Definition.Selection.Paths, found.Definition.Selection.Paths);
        Assert.Equal(added.Definition.Tags, found.Definition.Tags);
        Assert.Equal((added.Id, added.RepositoryId, added.Created), (found.Id, found.RepositoryId, found.Created));
        Assert.Equal(added.SealedOptions, found.SealedOptions);
        Assert.Equal(("Docs", "here", "main", "what", "Files"), (found.Definition.Name, found.Definition.Agent, found.Definition.Repository, found.Definition.Description, found.Definition.Selection.Source));
    }

    [Fact]
    public async Task Name_that_is_taken_is_refused()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        await catalog.Tasks.AddAsync(Samples.Task("docs", repository), Token);
        TaskRecord other = Samples.Task("other", repository);
        await catalog.Tasks.AddAsync(other, Token);

        HandyBackupException adding = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Tasks.AddAsync(Samples.Task("DOCS", repository), Token));
        HandyBackupException renaming = await Assert.ThrowsAsync<HandyBackupException>(
            () => catalog.Tasks.UpdateAsync(other with { Definition = other.Definition with { Name = "Docs" } }, Token));

        Assert.Equal((ErrorCode.TaskExists, ErrorCode.TaskExists), (adding.Code, renaming.Code));
    }

    [Fact]
    public async Task Task_of_an_unknown_repository_is_refused()
    {
        await using SqliteCatalog catalog = await OpenAsync();

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.Tasks.AddAsync(Samples.Task("docs", Samples.Repository("main")), Token));

        Assert.Equal((ErrorCode.RepositoryNotFound, "main"), (exception.Code, exception.Target));
    }

    [Fact]
    public async Task Removed_task_leaves_its_runs_and_a_new_one_of_its_name_has_none()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);
        TaskRecord old = Samples.Task("docs", repository);
        await catalog.Tasks.AddAsync(old, Token);
        Run run = Samples.Run();
        await catalog.Runs.AddAsync([new RunRecord(run, old.Id, repository.Id)], Token);

        await catalog.Tasks.RemoveAsync(old.Id, Token);
        TaskRecord created = Samples.Task("docs", repository);
        await catalog.Tasks.AddAsync(created, Token);

        Assert.Equal("docs", (await catalog.Runs.FindAsync(run.Id, Token))!.Task);
        Assert.Null(await catalog.Runs.FindLastOfTaskAsync(created.Id, Token));
    }

    [Fact]
    public async Task Hundred_writers_at_once_all_succeed()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        RepositoryRecord repository = Samples.Repository("main");
        await catalog.Repositories.AddAsync(repository, Token);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => catalog.Tasks.AddAsync(Samples.Task($"task {i}", repository), Token), Token)));

        Assert.Equal(100, await catalog.Tasks.ListAsync(Token).CountAsync(Token));
    }
}
