using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>A repository whose files were truncated, altered or lost: the check names what is wrong, and what is sound can still be used.</summary>
public sealed class DamagedRepositoryTests
{
    private static readonly string[] s_dataCodes = ["PackDamaged", "PackMissing", "BlobDamaged", "BlobMissing"];

    [Theory(Timeout = 120_000)]
    [InlineData("data", "truncate")]
    [InlineData("data", "flip")]
    [InlineData("data", "remove")]
    [InlineData("index", "truncate")]
    [InlineData("index", "flip")]
    [InlineData("index", "remove")]
    [InlineData("snapshots", "truncate")]
    [InlineData("snapshots", "flip")]
    public async Task A_check_names_the_damage(string kind, string damage)
    {
        await using ProductSession session = await StartWithBackupAsync();
        string file = Largest(session, kind);
        await DamageAsync(file, damage);

        ScriptResult result = await session.RunAsync("Test-HBRepository main -ReadData");

        Assert.Equal("Damaged", Assert.Single(result.Output).Text("State"));
        string[] expected = kind switch
        {
            "data" => s_dataCodes,
            "index" => ["IndexDamaged", "BlobMissing"],
            _ => ["SnapshotDamaged"],
        };
        Assert.NotEmpty(result.Errors);
        Assert.All(result.ErrorIds, id => Assert.Contains(id, expected));
        string name = Path.GetFileName(file);
        Assert.True(
            damage == "remove" && kind == "index" || result.Errors.Any(error => $"{error.TargetObject} {error}".Contains(name[..8], StringComparison.Ordinal)),
            $"{name} is named nowhere: {string.Join('\n', result.Errors.Select(error => $"[{error.TargetObject}] {error}"))}");

        // Nothing is made worse by looking: but for what the test did, all is as it was.
        Assert.NotEmpty(await session.OutputAsync("Get-HBRepository"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("truncate")]
    [InlineData("flip")]
    [InlineData("remove")]
    public async Task A_damaged_config_is_named_when_the_repository_is_taken_in(string damage)
    {
        await using ProductSession session = await StartWithBackupAsync();
        await session.OutputAsync("Remove-HBTask docs -Confirm:$false; Remove-HBRepository main -Confirm:$false");
        await DamageAsync(Path.Combine(session.RepositoryPath, "config"), damage);

        await session.ErrorAsync("ConfigDamaged", "config", "Import-HBRepository -Name main -Path ./repo -PasswordFile ./pw");

        Assert.Empty(await session.OutputAsync("Get-HBRepository"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("truncate")]
    [InlineData("flip")]
    public async Task A_damaged_key_is_named_when_the_repository_is_taken_in(string damage)
    {
        await using ProductSession session = await StartWithBackupAsync();
        await session.OutputAsync("Remove-HBTask docs -Confirm:$false; Remove-HBRepository main -Confirm:$false");
        string key = Assert.Single(Directory.GetFiles(Path.Combine(session.RepositoryPath, "keys")));
        await DamageAsync(key, damage);

        await session.ErrorAsync("KeyDamaged", Path.GetFileName(key)[..8], "Import-HBRepository -Name main -Path ./repo -PasswordFile ./pw");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_restore_from_a_damaged_pack_names_the_files_and_restores_the_others()
    {
        await using ProductSession session = await StartWithBackupAsync();
        await DamageAsync(Largest(session, "data"), "flip");

        ScriptResult result = await session.RunAsync("Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -Wait");

        PSObject run = Assert.Single(result.Output);
        Assert.Contains(run.Text("State"), (string[])["CompletedWithWarnings", "Failed"]);
        string log = await session.LogAsync(run);
        Assert.Contains("big", log, StringComparison.Ordinal);
        string restored = session.In("out") + session.In("source");
        Assert.Equal("small\n", await File.ReadAllTextAsync(Path.Combine(restored, "small"), TestContext.Current.CancellationToken));
        string big = Path.Combine(restored, "big");
        if (File.Exists(big))
        {
            Assert.NotEqual(
                await File.ReadAllBytesAsync(session.In("source/big"), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(big, TestContext.Current.CancellationToken));
        }
    }

    private static async Task<ProductSession> StartWithBackupAsync()
    {
        ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await SystemProgram.ShellAsync("head -c 2000000 /dev/urandom > big; echo small > small", session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));
        await session.BackUpAsync("docs");
        return session;
    }

    private static string Largest(ProductSession session, string kind) =>
        Directory.GetFiles(Path.Combine(session.RepositoryPath, kind), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;

    private static async Task DamageAsync(string file, string damage)
    {
        if (damage == "remove")
        {
            File.Delete(file);
            return;
        }

        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[content.Length / 2] ^= 0x10;
        if (!OperatingSystem.IsWindows())
        {
            // Repositories' files are read-only.
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await File.WriteAllBytesAsync(file, damage == "truncate" ? content[..(content.Length / 2)] : content, TestContext.Current.CancellationToken);
    }
}
