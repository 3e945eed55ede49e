using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class CheckRunTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        await BackUpAsync();
    }

    private async Task<Run> CheckAsync() =>
        await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));

    private async Task<RepositoryInfo> InfoAsync() => await Server.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token);

    [Fact]
    public async Task Sound_repository_completes_and_notes_the_time()
    {
        Assert.Null((await InfoAsync()).LastChecked);

        Run run = await CheckAsync();

        Assert.Equal((RunKind.Check, RunState.Completed, 0), (run.Kind, run.State, run.Warnings));
        Assert.True(run.Progress.Bytes > 0);
        DateTimeOffset? checkedAt = (await InfoAsync()).LastChecked;
        Assert.InRange(checkedAt!.Value, run.Started!.Value, run.Ended!.Value);
    }

    [Fact]
    public async Task Damage_fails_the_check_with_its_code_and_each_finding_is_logged()
    {
        string pack = Directory.GetFiles(Path.Join(Folder("main"), "data"), "*", SearchOption.AllDirectories).First();
        File.Delete(pack);

        Run run = await CheckAsync();

        List<RunLogEntry> findings = (await LogOfAsync(run)).FindAll(entry => entry is { Level: RunLogLevel.Error, Path: not null });
        Assert.Equal((RunState.Failed, ErrorCode.PackMissing), (run.State, run.Error!.Code));
        Assert.Equal(run.Warnings, findings.Count);
        Assert.Contains(findings, entry => entry.Path!.Contains(Path.GetFileName(pack), StringComparison.Ordinal));
        Assert.Null((await InfoAsync()).LastChecked);
    }

    [Fact]
    public async Task Repository_whose_config_is_damaged_fails_the_check_with_that_code()
    {
        await RestartAsync();
        string config = Path.Join(Folder("main"), "config");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        byte[] content = await File.ReadAllBytesAsync(config, Token);
        content[20] ^= 1;
        await File.WriteAllBytesAsync(config, content, Token);

        Run run = await CheckAsync();

        Assert.Equal((RunState.Failed, ErrorCode.ConfigDamaged), (run.State, run.Error!.Code));
        Assert.Equal(ErrorCode.ConfigDamaged, (await InfoAsync()).Error!.Code);
    }
}
