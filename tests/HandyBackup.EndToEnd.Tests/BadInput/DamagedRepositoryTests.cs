using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>A repository whose files were truncated, altered or lost: the check names what is wrong, and what is sound can still be used.</summary>
public sealed class DamagedRepositoryTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private static readonly string[] s_dataCodes = ["PackDamaged", "PackMissing", "BlobDamaged", "BlobMissing"];

    private ProductSession Session => shared.Session;

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
        Place place = await BackUpAsync();
        string file = Largest(place, kind);
        await DamageAsync(file, damage);

        ScriptResult result = await Session.RunAsync($"Test-HBRepository {place.Name} -ReadData");

        Assert.Equal("Damaged", result.Single().Text("State"));
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
        Assert.NotEmpty(await Session.OutputAsync($"Get-HBRepository {place.Name}"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("truncate")]
    [InlineData("flip")]
    [InlineData("remove")]
    public async Task A_damaged_config_is_named_when_the_repository_is_taken_in(string damage)
    {
        Place place = await BackUpAsync();
        await ForgetAsync(place);
        await DamageAsync(Path.Combine(place.RepositoryPath, "config"), damage);

        await Session.ErrorAsync("ConfigDamaged", "config", Import(place));

        Assert.DoesNotContain(await Session.OutputAsync("Get-HBRepository"), repository => repository.Text("Name") == place.Name);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("truncate")]
    [InlineData("flip")]
    public async Task A_damaged_key_is_named_when_the_repository_is_taken_in(string damage)
    {
        Place place = await BackUpAsync();
        await ForgetAsync(place);
        string key = Assert.Single(Directory.GetFiles(Path.Combine(place.RepositoryPath, "keys")));
        await DamageAsync(key, damage);

        await Session.ErrorAsync("KeyDamaged", Path.GetFileName(key)[..8], Import(place));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_restore_from_a_damaged_pack_names_the_files_and_restores_the_others()
    {
        Place place = await BackUpAsync();
        await DamageAsync(Largest(place, "data"), "flip");

        ScriptResult result = await Session.RunAsync($"{place.Restore} -Wait");

        PSObject run = result.Single();
        Assert.Contains(run.Text("State"), (string[])["CompletedWithWarnings", "Failed"]);
        string log = await Session.LogAsync(run);
        Assert.Contains("big", log, StringComparison.Ordinal);
        string restored = place.Restored;
        Assert.Equal("small\n", await File.ReadAllTextAsync(Path.Combine(restored, "small"), TestContext.Current.CancellationToken));
        string big = Path.Combine(restored, "big");
        if (File.Exists(big))
        {
            Assert.NotEqual(
                await File.ReadAllBytesAsync(Path.Combine(place.Source, "big"), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(big, TestContext.Current.CancellationToken));
        }
    }

    private async Task<Place> BackUpAsync()
    {
        Place place = await shared.CreatePlaceAsync();
        await SystemProgram.ShellAsync("head -c 2000000 /dev/urandom > big; echo small > small", place.Source);
        await place.CreateTaskAsync(place.Source);
        await place.BackUpAsync();
        return place;
    }

    private async Task ForgetAsync(Place place) =>
        await Session.OutputAsync($"Remove-HBTask {place.Name} -Confirm:$false; Remove-HBRepository {place.Name} -Confirm:$false");

    private static string Import(Place place) => $"Import-HBRepository -Name {place.Name} -Path '{place.RepositoryPath}' -PasswordFile ./pw";

    private static string Largest(Place place, string kind) =>
        Directory.GetFiles(Path.Combine(place.RepositoryPath, kind), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;

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
