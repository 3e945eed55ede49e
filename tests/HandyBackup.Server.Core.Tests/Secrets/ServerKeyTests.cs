using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class ServerKeyTests : ServerHarness
{
    private string KeyFile => Path.Join(DataPath, "server.key");

    [Fact]
    public void Key_is_closed_to_other_accounts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits; DPAPI protects the key.");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }
    }

    [Fact]
    public async Task Missing_key_is_made_anew_only_while_no_secret_needs_it()
    {
        await Server.DisposeAsync();
        File.Delete(KeyFile);
        Server = await StartServerAsync();
        await CreateRepositoryAsync();
        await Server.DisposeAsync();
        File.Delete(KeyFile);

        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => StartServerAsync());

        Assert.Equal(KeyFile, exception.Target);
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task Key_of_another_server_is_refused_at_the_start()
    {
        await CreateRepositoryAsync();
        await Server.DisposeAsync();
        byte[] key = await File.ReadAllBytesAsync(KeyFile, Token);
        key[5] ^= 1;
        await File.WriteAllBytesAsync(KeyFile, key, Token);

        await FailsAsync(ErrorCode.ServerKeyUnusable, () => StartServerAsync());
    }

    [Fact]
    public async Task Truncated_key_is_refused()
    {
        await Server.DisposeAsync();
        await File.WriteAllBytesAsync(KeyFile, new byte[10], Token);

        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => StartServerAsync());
        Assert.Contains("10 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits.");
        await Server.DisposeAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => StartServerAsync());
        Assert.Contains("chmod 600", exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_reaches_catalog_log_or_answers()
    {
        const string OptionSecret = "dbSecret!4711";
        await CreateRepositoryAsync();
        TaskInfo task = await Server.Tasks.CreateAsync(
            new CreateTaskRequest
            {
                Definition = Definition() with
                {
                    Selection = new SourceSelection
                    {
                        Source = "Files",
                        Paths = ["/data"],
                        Options = new Dictionary<string, System.Text.Json.JsonElement> { ["password"] = System.Text.Json.JsonElement.Parse($"\"{OptionSecret}\"") },
                    },
                },
            },
            Token);
        await BackUpAsync();
        await FailsAsync(ErrorCode.NotARepository, () => Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "x", Path = Folder("nowhere"), Password = new Secret { Value = Password } }, Token));
        HandyBackupException wrong = await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.CreateAsync(
            new CreateRepositoryRequest { Name = "x*", Path = Folder("x"), Password = new Secret { Value = Password } }, Token));

        Assert.Equal(OptionSecret, Agent.BackupOrders.Single().Selection.Options["Password"].GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, task.Definition.Selection.Options["Password"].ValueKind);
        Assert.DoesNotContain(Password, wrong.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Log.Lines, line => line.Contains(Password, StringComparison.Ordinal) || line.Contains(OptionSecret, StringComparison.Ordinal));
        foreach (string file in Directory.GetFiles(DataPath))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            string content = await reader.ReadToEndAsync(Token);
            Assert.DoesNotContain(Password, content, StringComparison.Ordinal);
            Assert.DoesNotContain(OptionSecret, content, StringComparison.Ordinal);
        }
    }
}
