namespace HandyBackup.Repository.Tests;

public sealed class ChunkerPolynomialTests
{
    // The first is restic's own example (chunker/doc.go); the others come from configs that restic 0.14 made.
    [Theory]
    [InlineData(0x3DA3358B4DC173UL)]
    [InlineData(0x2723a6af8617a7UL)]
    public void Polynomial_of_restic_is_irreducible(ulong polynomial) => Assert.True(ChunkerPolynomial.IsIrreducible(polynomial));

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x3DA3358B4DC172UL)] // x divides it
    [InlineData(0x3DA3358B4DC171UL)] // even number of terms: x + 1 divides it
    [InlineData(0xBUL)] // irreducible, but of degree 3
    public void Polynomial_with_a_root_or_another_degree_is_refused(ulong polynomial) => Assert.False(ChunkerPolynomial.IsIrreducible(polynomial));

    [Fact]
    public void Product_without_roots_is_refused()
    {
        // (x^2 + x + 1) times polynomials of degree 51 without roots.
        for (ulong factor = (1UL << 51) | 1; factor < ((1UL << 51) | 0x400); factor += 2)
        {
            ulong product = factor ^ (factor << 1) ^ (factor << 2);
            Assert.False(ChunkerPolynomial.IsIrreducible(product), $"{product:x}");
        }
    }

    [Fact]
    public void Created_polynomials_differ_and_are_irreducible()
    {
        ulong[] created = [.. Enumerable.Range(0, 50).Select(_ => ChunkerPolynomial.Create())];
        Assert.Equal(50, created.Distinct().Count());
        Assert.All(created, polynomial => Assert.True(ChunkerPolynomial.IsIrreducible(polynomial)));
    }
}
