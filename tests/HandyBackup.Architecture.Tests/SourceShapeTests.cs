using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HandyBackup.Architecture.Tests;

/// <summary>Habits that keep the code readable: docs/design/style.md §2 and §8.</summary>
public class SourceShapeTests
{
    private const int MaximumFileLines = 600;
    private const int MaximumMethodLines = 60;
    private static readonly string[] s_emptyNames = ["Utils", "Util", "Helper", "Helpers", "Manager", "Common", "Base"];
    private static readonly Lazy<IReadOnlyList<(string Path, SyntaxTree Tree)>> s_trees = new(() =>
        [.. RepositoryTree.SourceFiles().Select(file => (RepositoryTree.Relative(file), CSharpSyntaxTree.ParseText(File.ReadAllText(file))))]);

    [Fact]
    public void No_file_is_longer_than_600_lines() =>
        AssertNone(s_trees.Value.Select(file => (file.Path, Lines: file.Tree.GetText().Lines.Count)).Where(file => file.Lines > MaximumFileLines).Select(file => $"{file.Path}: {file.Lines} lines"));

    [Fact]
    public void No_method_is_longer_than_60_lines() =>
        AssertNone(Nodes<BaseMethodDeclarationSyntax>().Where(found => LineCount(found.Node) > MaximumMethodLines).Select(found => $"{found.Where}: {LineCount(found.Node)} lines"));

    [Fact]
    public void No_method_is_async_void() =>
        AssertNone(Nodes<MethodDeclarationSyntax>()
            .Where(found => found.Node.Modifiers.Any(SyntaxKind.AsyncKeyword) && found.Node.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword })
            .Select(found => $"{found.Where}: an exception in it ends the process"));

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        AssertNone(Nodes<BaseTypeDeclarationSyntax>()
            .Where(found => s_emptyNames.Any(name => found.Node.Identifier.ValueText == name || (name is "Utils" or "Helper" or "Helpers" or "Manager" && found.Node.Identifier.ValueText.EndsWith(name, StringComparison.Ordinal))))
            .Select(found => $"{found.Where}: {found.Node.Identifier.ValueText}"));

    [Fact]
    public void No_file_has_regions_or_marks_of_unfinished_work() =>
        AssertNone(s_trees.Value.SelectMany(file => file.Tree.GetRoot().DescendantTrivia(descendIntoTrivia: true)
            .Where(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia) || (IsComment(trivia) && MarksUnfinishedWork(trivia.ToString())))
            .Select(trivia => $"{file.Path}:{trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {trivia.ToString().Trim()}")));

    [Fact]
    public void A_public_type_stands_in_the_file_named_after_it()
    {
        // Small request records of one interface may share a file named <Area>Requests.cs; commands that differ in a name may share one too.
        IEnumerable<string> misplaced = s_trees.Value
            .Where(file => !file.Path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Where(type => type.Parent is BaseNamespaceDeclarationSyntax && type.Modifiers.Any(SyntaxKind.PublicKeyword))
                .Select(type => (file.Path, Name: type.Identifier.ValueText)))
            .GroupBy(found => found.Path)
            .Where(group => group.All(found => !Path.GetFileName(found.Path).StartsWith(found.Name, StringComparison.Ordinal)))
            .Where(group => group.Count() == 1)
            .Select(group => $"{group.Key}: {group.First().Name}");
        AssertNone(misplaced);
    }

    private static IEnumerable<(string Where, T Node)> Nodes<T>()
        where T : SyntaxNode =>
        s_trees.Value.SelectMany(file => file.Tree.GetRoot().DescendantNodes().OfType<T>()
            .Select(node => ($"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}", node)));

    private static int LineCount(SyntaxNode node)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);

    private static bool MarksUnfinishedWork(string comment) =>
        comment.Contains("TODO", StringComparison.Ordinal) || comment.Contains("FIXME", StringComparison.Ordinal) || comment.Contains("HACK", StringComparison.Ordinal);

    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] found = [.. findings];
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }
}
