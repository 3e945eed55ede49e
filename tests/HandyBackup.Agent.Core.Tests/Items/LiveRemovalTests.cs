using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Items;

/// <summary>Removing real files and folders.</summary>
public sealed class LiveRemovalTests
{
    [Fact]
    public async Task Content_goes_before_its_folder_and_each_item_is_told()
    {
        using var rig = new ItemRig("mkdir -p x/a/b x/c; echo 12345 > x/a/b/1; mkfifo x/c/pipe");

        List<ItemRemoval> removals = await rig.RemoveAsync("x");

        string top = rig.PathOf("")[1..];
        Assert.Equal(["x/a/b/1", "x/a/b", "x/a", "x/c/pipe", "x/c", "x"], removals.Select(removal => removal.Path[top.Length..].TrimStart('/')));
        Assert.Equal([6, 0, 0, 0, 0, 0], removals.Select(removal => removal.Size));
        Assert.All(removals, removal => Assert.Null(removal.Failure));
        Assert.Empty(rig.Everything);
    }

    [Fact]
    public async Task Folder_swapped_for_a_link_while_it_is_emptied_leads_nowhere()
    {
        using var rig = new ItemRig("mkdir -p x/a keep; touch x/a/1 x/a/2 x/a/3 keep/1 keep/2 keep/3");
        var failed = new List<ItemRemoval>();

        await foreach (ItemRemoval removal in rig.Removals("x"))
        {
            if (removal.Path.EndsWith("/x/a/1", StringComparison.Ordinal))
            {
                rig.Run("mv x/a moved; ln -s ../keep x/a");
            }

            failed.AddRange(removal.Failure is null ? [] : [removal]);
        }

        Assert.Equal("keep keep/1 keep/2 keep/3 moved x x/a", rig.Everything);
        Assert.Equal(ErrorCode.ItemNotRemoved, Assert.Single(failed).Failure!.Code);
    }

    [Fact]
    public async Task Link_is_removed_and_not_followed()
    {
        using var rig = new ItemRig("mkdir keep; touch keep/1; ln -s keep link; mkdir x; ln -s ../keep x/link");

        await rig.RemoveAsync("link");
        await rig.RemoveAsync("x");
        await ItemRig.FailsAsync(ErrorCode.FolderNotEmpty, () => rig.RemoveAsync("keep", recurse: false).AsTask());

        Assert.Equal("keep keep/1", rig.Everything);
    }

    [Theory]
    [InlineData("link/1", ErrorCode.ItemNotFound)]
    [InlineData("x/../keep/1", ErrorCode.ItemNotFound)]
    [InlineData("keep/./1", ErrorCode.ItemNotFound)]
    [InlineData("none", ErrorCode.ItemNotFound)]
    public async Task Path_through_links_and_dots_leads_nowhere(string path, ErrorCode code)
    {
        using var rig = new ItemRig("mkdir keep x; touch keep/1; ln -s keep link");

        await ItemRig.FailsAsync(code, () => rig.RemoveAsync(path).AsTask());

        Assert.Equal("keep keep/1 link x", rig.Everything);
    }

    [Fact]
    public async Task Volume_on_the_way_stays_with_the_folders_above_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        using var rig = new ItemRig("mkdir -p x/a/volume x/b; touch x/b/1");
        string refused = rig.Run("mount -t tmpfs -o size=64k tmpfs x/a/volume 2>&1 || true");
        Assert.SkipWhen(refused.Length > 0, $"This machine cannot mount a small file system: {refused}");
        try
        {
            rig.Run("touch x/a/volume/kept");

            List<ItemRemoval> removals = await rig.RemoveAsync("x");

            Assert.Equal(ErrorCode.ItemProtected, Assert.Single(removals, removal => removal.Failure is not null).Failure!.Code);
            Assert.Equal("x x/a x/a/volume x/a/volume/kept", rig.Everything);
            await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => rig.RemoveAsync("x/a/volume").AsTask());
        }
        finally
        {
            rig.Run("umount --lazy x/a/volume");
        }
    }

    [Fact]
    public async Task Agents_own_folder_stays_with_the_folders_above_it_and_the_rest_goes()
    {
        using var rig = new ItemRig("mkdir -p x/home/keys x/other/deep y; touch x/home/keys/1 x/other/deep/2; ln -s x/home door", own: "door");

        List<ItemRemoval> removals = await rig.RemoveAsync("x");

        ItemRemoval kept = Assert.Single(removals, removal => removal.Failure is not null);
        Assert.Equal((ErrorCode.ItemProtected, "home"), (kept.Failure!.Code, Path.GetFileName(kept.Path)));
        Assert.Equal(3, removals.Count(removal => removal.Failure is null));
        Assert.Equal("door x x/home x/home/keys x/home/keys/1 y", rig.Everything);
        foreach (string path in (string[])["x/home", "x/home/keys", "x/home/keys/1"])
        {
            await ItemRig.FailsAsync(ErrorCode.ItemProtected, () => rig.RemoveAsync(path).AsTask());
        }
    }

    [Fact]
    public async Task Whoever_stops_listening_stops_the_removal()
    {
        using var rig = new ItemRig("mkdir x; touch x/1 x/2 x/3");

        await foreach (ItemRemoval removal in rig.Removals("x"))
        {
            Assert.EndsWith("/x/1", removal.Path, StringComparison.Ordinal);
            break;
        }

        Assert.Equal("x x/2 x/3", rig.Everything);
    }
}
